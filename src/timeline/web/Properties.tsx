import classes from './Timeline.module.css'

/** What else was told about an interaction, as it came. */
export function Properties({
  id,
  properties,
}: {
  id: string
  properties: Readonly<Record<string, unknown>>
}) {
  return (
    <dl id={id} className={classes.facts}>
      {Object.entries(properties).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  )
}

import { Group, SegmentedControl, Select, Text } from '@mantine/core'
import { useEffect, useId, useRef, useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { languageName } from './language-name.ts'
import classes from './PagePreview.module.css'

type Fields = Readonly<Record<string, string>>

interface PagePreviewProps {
  address: string
  /** What the page is made of, but for the language. */
  fields: Fields
  languages: readonly string[]
}

/** The respondent's page itself, in a frame as wide as a phone or as there is room. */
export function PagePreview({ address, fields, languages }: PagePreviewProps) {
  const [device, setDevice] = useState('phone')
  const [chosen, setChosen] = useState<string | null>(null)
  const language = chosen && languages.includes(chosen) ? chosen : (languages[0] ?? 'en')
  return (
    <section aria-label={t('feedback.preview.title')}>
      <Group justify="space-between" mb="sm">
        <Text fw={560}>{t('feedback.preview.title')}</Text>
        <Group gap="sm">
          {languages.length > 1 && (
            <Select
              size="xs"
              w={140}
              aria-label={t('feedback.preview.language')}
              data={languages.map(value => ({ value, label: languageName(value) }))}
              value={language}
              onChange={setChosen}
              allowDeselect={false}
            />
          )}
          <SegmentedControl
            size="xs"
            aria-label={t('feedback.preview.device')}
            value={device}
            onChange={setDevice}
            data={['phone', 'desktop'].map(value => ({ value, label: t(`feedback.preview.${value}`) }))}
          />
        </Group>
      </Group>
      <div className={classes.stage} data-device={device}>
        <Frames asked={JSON.stringify({ ...fields, language })} address={address} />
      </div>
    </section>
  )
}

interface FramesProps {
  /** The fields that are sent, as text. */
  asked: string
  address: string
}

/**
 * Each page has a frame of its own, because one that loads anew would add a step to the browser's way back; the one before stays
 * until the next is there.
 */
function Frames({ asked, address }: FramesProps) {
  const wanted = `${address} ${asked}`
  const [shown, setShown] = useState({ key: wanted, asked, address })
  const next = { key: wanted, asked, address }
  return (shown.key === wanted ? [shown] : [shown, next]).map(one => (
    <PostedFrame
      key={one.key}
      address={one.address}
      asked={one.asked}
      isShown={one.key === shown.key}
      onLoad={() => setShown(one)}
    />
  ))
}

/** By POST: what is being typed outgrows an address, and is nothing to be kept in one. */
function PostedFrame({
  address,
  asked,
  isShown,
  onLoad,
}: FramesProps & { isShown: boolean; onLoad: () => void }) {
  const name = `preview${useId()}`
  const form = useRef<HTMLFormElement>(null)
  const isSent = useRef(false)
  useEffect(() => {
    isSent.current = true
    form.current?.submit()
  }, [])
  const fields = JSON.parse(asked) as Fields
  return (
    <>
      <form ref={form} method="post" action={address} target={name} hidden>
        {Object.entries(fields).map(([field, value]) => (
          <input key={field} type="hidden" name={field} value={value} />
        ))}
      </form>
      <iframe
        className={isShown ? classes.frame : classes.coming}
        name={name}
        title={t('feedback.preview.frame')}
        // The empty page that every frame begins with loads too.
        onLoad={() => isSent.current && onLoad()}
        sandbox=""
      />
    </>
  )
}

import { fillAnswers } from './answers.ts'
import { median, round, timed } from './measure.ts'
import type { Measured, World } from './world.ts'

// A relational score with eighteen months of trend, intervals clustered by company, over a million answers of 200,000 people.

/**
 * The same by SQL alone, as few passes as it takes: the last answer of each person in each month and in all, how often each value
 * was given, and Σ s², Σ s·m, Σ m² over companies.
 */
const byHand = `
  with last as materialized (
    select width_bucket(a.answered_at, $3::timestamptz[]) as month, coalesce(m.root_id, a.person_id, a.response_id) as key,
      max((extract(epoch from a.answered_at) * 16000)::bigint + a.value::int) as packed
    from answer a left join person m on m.workspace_id = $1 and m.id = a.person_id and m.merged_into is not null
    where a.workspace_id = $1 and a.survey_id = $2 and a.measure = 'nps' and a.value is not null and a.main
    group by 1, 2
  ), counted as (
    select month, key, (packed & 15)::int as score from last
    union all select 0, key, (max(packed) & 15)::int from last group by key
  ), clusters as (
    select month, w.root_id as company, count(*) as m,
      sum(case when score >= 9 then 1 when score <= 6 then -1 else 0 end) as s
    from counted join person p on p.workspace_id = $1 and p.id = key join company w on w.workspace_id = $1 and w.id = p.company_id
    group by 1, 2
  )
  select month, score, count(*), null, null, null from counted group by 1, 2
  union all select month, null, count(*), sum(s * s), sum(s * m), sum(m * m) from clusters group by 1`

async function ask(
  { address, home }: World,
  path: string,
  body?: object,
): Promise<{ id: string; n: number }> {
  const reply = await fetch(`${address}${path}`, {
    headers: { authorization: `Bearer ${home.key}`, 'content-type': 'application/json' },
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  })
  if (!reply.ok) throw new Error(`${reply.status} ${path}: ${await reply.text()}`)
  return (await reply.json()) as { id: string; n: number }
}

export async function measureAnswers(world: World): Promise<Measured[]> {
  const { bare, home, scale } = world
  const count = Math.round(1_000_000 * scale)
  const people = Math.min(home.people, Math.max(1, Math.round(count / 5)))
  const asked = { template: 'nps', name: 'Bench of measures', subject: 'us', kind: 'relational' }
  const { id } = await ask(world, '/api/surveys', asked)
  await ask(world, `/api/surveys/${id}/open`, {})
  await fillAnswers(bare, { workspace_id: home.id, survey_id: id }, { count, people })
  const path = `/api/measures/nps?survey_id=${id}`
  const { n } = await ask(world, path)
  if (n !== people) throw new Error(`${n} people counted instead of ${people}`)
  const { rows } = await bare.query<{ months: Date[] }>(
    `select array_agg(month) as months from generate_series(date_trunc('month', now() - interval '546 days'), now(), interval '1 month') month`,
  )
  const ours = median(await timed(5, () => ask(world, path)))
  const client = await bare.connect()
  try {
    await client.query(`set work_mem = '64MB'`)
    const floor = median(await timed(5, () => client.query(byHand, [home.id, id, rows[0]?.months])))
    return [
      {
        what: `a measure with its trend over ${count} answers`,
        goal: '≤ 1 s, and no slower than the same by SQL',
        ours: `${Math.round(ours)} ms`,
        floor: `${Math.round(floor)} ms`,
        ratio: round(ours / floor),
        met: ours <= 1000 && (scale < 0.1 || ours <= floor),
        note: `${people} people`,
      },
    ]
  } finally {
    await client.query('reset work_mem')
    client.release()
  }
}

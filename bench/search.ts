import { median, round, timed } from './measure.ts'
import type { Measured, World } from './world.ts'

const typed = [
  'lö',
  'löw',
  'löwe',
  'dorte ro',
  'quinn 12',
  'grace',
  'tanaka 7',
  '030 0000',
  'emile.vo',
  'weber 99',
]

/** Search as you type, beside a bare trigram query for the same words. */
export async function searchAsYouType({ bare, home, address }: World): Promise<Measured[]> {
  const headers = { authorization: `Bearer ${home.key}` }
  const words = typed.filter(text => text.length > 2)
  const ours = await timed(words.length * 15, async at => {
    const reply = await fetch(
      `${address}/api/search?limit=8&q=${encodeURIComponent(words[at % words.length] ?? '')}`,
      { headers },
    )
    if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`)
    await reply.arrayBuffer()
  })
  const floor = await timed(words.length * 15, at =>
    bare.query(
      `select id, name, email from person where workspace_id = $1 and merged_into is null and deleted_at is null
         and search_text like all (select '%' || word || '%' from unnest(string_to_array(rapport.normal($2), ' ')) word) limit 8`,
      [home.id, (words[at % words.length] ?? '').replace('030', '30')],
    ),
  )
  const [mine, theirs] = [median(ours), median(floor)]
  return [
    {
      what: `search as you type over ${home.people} people`,
      goal: '≤ 2 × a bare trigram query',
      ours: `${round(mine)} ms`,
      floor: `${round(theirs)} ms`,
      ratio: round(mine / theirs),
      met: mine / theirs <= 2,
    },
  ]
}

import { grown, latency, mean, round, timed } from './measure.ts'
import type { Home, Measured, World } from './world.ts'

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

const pattern = `like all (select '%' || word || '%' from unnest(string_to_array(rapport.normal($2), ' ')) word)`
const trigram = {
  person: `select id, name, email from person where workspace_id = $1 and merged_into is null and deleted_at is null
    and search_text ${pattern} order by name_sort limit 8`,
  company: `select id, name, domain from company where workspace_id = $1 and deleted_at is null
    and search_text ${pattern} order by name_sort limit 8`,
}

const words = typed.filter(text => text.length > 2)

const search = ({ address }: World, { key }: Home) =>
  latency(
    address,
    words.map(text => `/api/search?limit=8&q=${encodeURIComponent(text)}`),
    { authorization: `Bearer ${key}` },
  )

/** Search as you type in people and companies, by name, beside bare trigram queries for the same words in the same order. */
export async function searchAsYouType(world: World): Promise<Measured[]> {
  const { bare, home, small, scale } = world
  const ours = await search(world, home)
  const floor = mean(
    await timed(words.length * (scale < 1 ? 30 : 2), async at => {
      const values = [home.id, (words[at % words.length] ?? '').replace('030', '30')]
      await bare.query(trigram.person, values)
      await bare.query(trigram.company, values)
    }),
  )
  return [
    {
      what: `search as you type over ${home.people} people`,
      goal: '≤ 2 × bare trigram queries',
      ours: `${round(ours)} ms`,
      floor: `${round(floor)} ms`,
      ratio: round(ours / floor),
      met: ours / floor <= 2,
    },
    grown(`the same search with ${home.people} people`, ours, await search(world, small)),
  ]
}

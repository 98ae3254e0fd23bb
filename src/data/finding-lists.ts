import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { filterCondition } from '../records/index.ts'
import type { ListedFinding } from './findings.contract.ts'

// The rows of findings that no filter can say, each list in an order of its own. Everything is deterministic: what is called a
// likely duplicate has something the same.

/** More than this share a phone: a switchboard, and no sign that they are one. */
const most_on_a_phone = 5
const most_in_a_group = 50

/** NPS 0–6 feels so, and whatever is as bad on other scales. */
const unhappy_from = -0.2
const top_share = 0.1

const typos: Record<string, string[]> = {
  'gmail.com': [
    'gmial.com',
    'gmal.com',
    'gmai.com',
    'gamil.com',
    'gnail.com',
    'gmail.con',
    'gmail.cm',
    'gmail.comm',
    'gmaill.com',
    'gmail.co',
    'gmeil.com',
    'googlmail.com',
  ],
  'hotmail.com': [
    'hotmial.com',
    'hotmai.com',
    'hotmal.com',
    'hotmail.con',
    'hotmil.com',
    'hotnail.com',
    'homail.com',
  ],
  'yahoo.com': ['yahooo.com', 'yaho.com', 'yahoo.con', 'yhoo.com', 'yaoo.com', 'yahoo.cm'],
  'outlook.com': ['outlok.com', 'outllok.com', 'outlook.con', 'outloook.com', 'outlock.com'],
  'icloud.com': ['iclod.com', 'icloud.con', 'iclould.com', 'icoud.com'],
  'web.de': ['web.d', 'wed.de', 'web.ed'],
  'gmx.de': ['gmx.d', 'gmx.ed', 'gxm.de'],
  't-online.de': ['t-onlin.de', 't-online.d', 'tonline.de'],
}
const wrong = Object.values(typos).flat()
const meant = Object.entries(typos).flatMap(([right, list]) => list.map(() => right))

const nothing = {
  other_id: sql`null::uuid`,
  other_kind: sql`null::text`,
  other_name: sql`null::text`,
  reason: sql`null::text`,
  value: sql`null::text`,
  suggestion: sql`null::text`,
  score: sql`null::double precision`,
  feeling: sql`null::real`,
  at: sql`null::timestamptz`,
  amount_minor: sql`null::double precision`,
  currency: sql`null::text`,
}
type Columns = { [Key in keyof typeof nothing]?: RawBuilder<unknown> }

const columnsOf = (own: Columns) =>
  sql.join(Object.entries({ ...nothing, ...own }).map(([name, value]) => sql`${value} as ${sql.ref(name)}`))

/** A statement whose rows have `id`, `name`, the columns above and `place`, by which they are ordered. */
export const findingRows = async (ctx: Ctx, finding: ListedFinding): Promise<RawBuilder<unknown>> =>
  lists[finding](ctx, await peopleSeen(ctx))

/** People as t whom the reader may see: what is told of the data is told of no others. */
export const peopleSeen = (ctx: Ctx): Promise<RawBuilder<SqlBool>> =>
  filterCondition(ctx, { kind: 'person', filter: '', alias: 't' })

type List = (ctx: Ctx, people: RawBuilder<SqlBool>) => RawBuilder<unknown> | Promise<RawBuilder<unknown>>

const joinable: List = async (ctx, people) => sql`
  select distinct on (t.id) t.id, t.name, t.name_sort as place,
    ${columnsOf({ other_id: sql`c.id`, other_kind: sql`'company'`, other_name: sql`c.name`, value: sql`t.email` })}
  from person t join company c on c.domain_norm = split_part(t.email_norm, '@', 2)
  where ${people} and t.company_id is null and ${await filterCondition(ctx, { kind: 'company', filter: '', alias: 'c' })}
  order by t.id, c.id`

const concentration: List = (ctx, people) => sql`
  select t.id, t.name, lpad((1e15 - b.amount)::bigint::text, 20, '0') as place,
    ${columnsOf({ amount_minor: sql`b.amount::double precision`, currency: sql`b.currency` })}
  from (${buyers(ctx, people)}) b join person t on t.workspace_id = ${ctx.workspace_id} and t.id = b.id
  where ${isTop}`

/** Of `buyers` as b. */
export const isTop = sql<SqlBool>`b.rank <= ceil(b.customers * ${top_share}::numeric)`

const emailTypos: List = (_ctx, people) => sql`
  select t.id, t.name, t.email_norm as place,
    ${columnsOf({ value: sql`t.email`, suggestion: sql`split_part(t.email_norm, '@', 1) || '@' || y.meant` })}
  from person t join unnest(${wrong}::text[], ${meant}::text[]) as y (wrong, meant)
    on y.wrong = split_part(t.email_norm, '@', 2)
  where ${people}`

const phones: List = (_ctx, people) => sql`
  select t.id, t.name, t.name_sort as place, ${columnsOf({ value: sql`t.phone` })}
  from person t where ${people} and t.phone is not null and t.phone not like '+%'`

/** Groups of people whose values are the same, found by counting first: few values are there twice, and all are a million. */
const alike = (
  people: RawBuilder<SqlBool>,
  by: { reason: string; columns: string[]; where: RawBuilder<SqlBool>; most: number },
) => {
  const columns = sql.join(by.columns.map(name => sql.ref(`t.${name}`)))
  const same = sql.join(
    by.columns.map(name => sql<SqlBool>`${sql.ref(`t.${name}`)} = ${sql.ref(`d.${name}`)}`),
    sql` and `,
  )
  return sql`
    select ${by.reason} as reason, array_agg(t.id order by t.id) as ids
    from person t join (
      select ${columns} from person t where ${people} and ${by.where}
      group by ${columns} having count(*) between 2 and ${by.most}
    ) d on ${same}
    where ${people} and ${by.where} group by ${columns}`
}

const duplicates: List = (ctx, people) => sql`
  with alike as (
    ${alike(people, { reason: 'email', columns: ['email_norm'], where: sql`t.email_norm is not null`, most: most_in_a_group })}
    union all
    ${alike(people, { reason: 'phone', columns: ['phone'], where: sql`t.phone like '+%'`, most: most_on_a_phone })}
    union all
    ${alike(people, {
      reason: 'name_company',
      columns: ['name_sort', 'company_id'],
      where: sql`t.company_id is not null and t.name is not null and t.name_sort <> ''`,
      most: most_in_a_group,
    })}
  ), pairs as (
    select distinct on (a.ids[1], other.id) a.ids[1] as id, other.id as other_id, a.reason
    from alike a cross join unnest(a.ids[2:]) as other (id)
    where not exists (
      select from cannot_link c where c.workspace_id = ${ctx.workspace_id}
        and c.person_id = least(a.ids[1], other.id) and c.other_id = greatest(a.ids[1], other.id))
    order by a.ids[1], other.id, a.reason
  )
  select x.id, t.name, t.name_sort as place, ${columnsOf({
    other_id: sql`x.other_id`,
    other_kind: sql`'person'`,
    other_name: sql`o.name`,
    reason: sql`x.reason`,
    value: sql`case x.reason when 'email' then t.email_norm when 'phone' then t.phone else t.name end`,
  })}
  from pairs x join person t on t.workspace_id = ${ctx.workspace_id} and t.id = x.id
  join person o on o.workspace_id = ${ctx.workspace_id} and o.id = x.other_id`

/** By the latest of what they answered or lived through that says how it felt; the worst first, then the newest. */
const unhappy: List = (ctx, people) => sql`
  select t.id, t.name, to_char(1000 * (1 + last.feeling), 'FM0000') || lpad((1e15 - extract(epoch from last.occurred_at) * 1000)::bigint::text, 16, '0') as place, ${columnsOf(
    {
      score: sql`last.score::double precision`,
      feeling: sql`last.feeling`,
      at: sql`last.occurred_at`,
      value: sql`last.name`,
    },
  )}
  from (
    select distinct on (o.root_id) o.root_id, i.feeling, i.score, i.occurred_at, i.name
    from interaction i
    join identifier_person o on o.workspace_id = i.workspace_id and o.identifier_id = i.identifier_id and o.retracted_at is null
      and i.occurred_at >= o.valid_from and i.occurred_at < o.valid_to
    where i.workspace_id = ${ctx.workspace_id} and i.feeling is not null
    order by o.root_id, i.occurred_at desc, i.id desc
  ) last join person t on t.workspace_id = ${ctx.workspace_id} and t.id = last.root_id
  where ${people} and last.feeling <= ${unhappy_from}`

/** The people, as t, by what they bought less what they gave back, in the currency that most of them pay in. */
export const buyers = (ctx: Ctx, people: RawBuilder<SqlBool>) => sql`
  with sums as (
    select o.root_id as id, i.currency, sum(i.amount_minor) as amount
    from interaction i
    join identifier_person o on o.workspace_id = i.workspace_id and o.identifier_id = i.identifier_id and o.retracted_at is null
      and i.occurred_at >= o.valid_from and i.occurred_at < o.valid_to
    where i.workspace_id = ${ctx.workspace_id} and i.kind in ('purchase', 'refund')
    group by o.root_id, i.currency
    -- As a condition of its own beside the kind, that a currency is there would halve the planner's guess again and again.
    having sum(i.amount_minor) filter (where i.currency is not null) > 0
  ), spent as (
    select s.* from sums s join person t on t.workspace_id = ${ctx.workspace_id} and t.id = s.id where ${people}
  )
  select s.id, s.currency, s.amount, row_number() over (order by s.amount desc, s.id) as rank,
    count(*) over () as customers, sum(s.amount) over () as total
  from spent s
  where s.currency = (select currency from spent group by currency order by count(*) desc, currency limit 1)`

const lists: Record<ListedFinding, List> = {
  duplicates,
  joinable,
  unhappy,
  concentration,
  email_typos: emailTypos,
  phones,
}

import type { Loop } from '../core/area.ts'
import type { Live, LiveBatch, LiveChange, LiveFeed } from '../core/live.ts'
import type { Machine } from '../core/machine.ts'

// Both logs, read together below the snapshot's xmin. No transaction of the business notifies anybody: that alone
// would cost two thirds of its speed.

const mostIds = 200

const changesSql = `
  select workspace_id, kind, array_agg(distinct record_id) as ids
  from rapport.change where xid >= $1::xid8 and xid < $2::xid8 and workspace_id = any($3)
  group by workspace_id, kind`

// Whose timeline grew. An identifier that nobody owns yet counts for the workspace, but names nobody.
const interactionsSql = `
  with seen as (
    select workspace_id, identifier_id, min(occurred_at) as earliest, max(occurred_at) as at
    from rapport.interaction where xid >= $1::xid8 and xid < $2::xid8 and workspace_id = any($3)
    group by workspace_id, identifier_id
  )
  select s.workspace_id, min(s.earliest) as earliest, max(s.at) as latest,
    array_agg(distinct p.root_id) filter (where p.root_id is not null) as people,
    array_agg(distinct w.root_id) filter (where w.root_id is not null) as companies
  from seen s
  left join rapport.identifier_person p on p.workspace_id = s.workspace_id and p.identifier_id = s.identifier_id
    and p.retracted_at is null and s.at >= p.valid_from and s.at < p.valid_to
  left join rapport.identifier_company c on c.workspace_id = s.workspace_id and c.identifier_id = s.identifier_id
  left join rapport.company w on w.workspace_id = c.workspace_id and w.id = c.company_id
  group by s.workspace_id`

function feedOf(machine: Machine): LiveFeed {
  const pool = machine.postgres.systemPool
  return {
    topics: ['change', 'interaction'],
    async position() {
      const { rows } = await pool.query<{ epoch: string; position: string }>(
        `select (select system_identifier::text from pg_control_system()) || '.' || (select timeline_id from pg_control_checkpoint()) as epoch,
           pg_snapshot_xmin(pg_current_snapshot())::text as position`,
      )
      return { epoch: rows[0]?.epoch ?? '', position: BigInt(rows[0]?.position ?? 0) }
    },
    async read(from, to, workspaces) {
      const range = [String(from), String(to), workspaces]
      const batches = new Map<string, LiveChange[]>()
      const add = (workspace: string, { ids, ...change }: LiveChange) => {
        const changes = batches.get(workspace) ?? []
        batches.set(workspace, changes)
        changes.push({ ...change, ids: ids.length > mostIds ? [] : ids })
      }
      const changed = await pool.query<{ workspace_id: string; kind: string; ids: string[] }>(
        changesSql,
        range,
      )
      for (const { workspace_id, kind, ids } of changed.rows)
        add(workspace_id, { topic: 'change', kind, ids })
      const seen = await pool.query<{
        workspace_id: string
        people: string[] | null
        companies: string[] | null
        earliest: Date
        latest: Date
      }>(interactionsSql, range)
      for (const { workspace_id, people, companies, earliest, latest } of seen.rows) {
        const when = { from: earliest.toISOString(), until: latest.toISOString() }
        const tell = (kind: string, ids: string[]) =>
          add(workspace_id, { topic: 'interaction', kind, ids, ...when })
        if (people) tell('person', people)
        if (companies) tell('company', companies)
        if (!people && !companies) tell('none', [])
      }
      return [...batches].map(([workspace_id, changes]): LiveBatch => ({ workspace_id, changes }))
    },
  }
}

export const liveLoop: Loop = {
  name: 'live',
  role: 'web',
  async start(machine) {
    const live: Live = machine.live
    live.follow(feedOf(machine))
    return { stop: () => live.close() }
  },
}

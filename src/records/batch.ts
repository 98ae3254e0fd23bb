import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { type Failure, fail, failureOf, toldBy } from '../core/errors.ts'
import { told } from '../core/text-sentence.ts'
import { says as coreSays, saidOf } from '../core/text-words.ts'
import { getKind } from './catalogue.ts'
import { comparableColumn, parameter, reachable } from './filter-compile.ts'
import { hooksOf } from './hooks.ts'
import type { Kind } from './kind.contract.ts'
import { type BatchBody, type Outcome, recordInputSchema } from './records.contract.ts'
import { changeRecord, createRecord, type Input } from './records.ts'
import { manyOf } from './says.contract.ts'
import { says } from './says.ts'

/** Creates or upserts item by item, each with its own outcome; one that is refused leaves no trace and stops no other. */
export async function writeBatch(ctx: Ctx, kind: Kind, body: BatchBody): Promise<{ outcomes: Outcome[] }> {
  const hooks = hooksOf(kind)
  if (hooks.batch) return hooks.batch(ctx, body)
  const match = await matchFields(ctx, kind, body)
  const schema = recordInputSchema(kind)
  const outcomes: Outcome[] = []
  for (const [index, raw] of body.items.entries()) {
    const read = schema.safeParse(raw)
    if (!read.success) {
      const [issue] = read.error.issues
      const problem = issue ? saidOf(issue, raw) : coreSays.not_valid()
      const path = issue?.path.join('.')
      outcomes.push({
        index,
        status: 'rejected',
        code: 'invalid',
        ...told(path ? coreSays.at_path({ path, problem }) : problem),
      })
      continue
    }
    outcomes.push({ index, ...(await writeOne(ctx, kind, match, read.data)) })
  }
  return { outcomes }
}

async function matchFields(ctx: Ctx, kind: Kind, body: BatchBody): Promise<string[]> {
  if (body.mode === 'create') return []
  const visible = await getKind(ctx, kind.name)
  const match = body.match ?? visible.fields.filter(field => field.unique).map(field => field.key)
  const wrong = match.find(key => !visible.fields.some(field => field.key === key && field.unique))
  if (wrong !== undefined || match.length === 0)
    throw fail('invalid', {
      detail: says.does_not_tell_apart({ field: wrong ?? '', kind: manyOf(kind) }),
      errors: [{ path: 'match', message: says.name_unique_fields() }],
    })
  return match
}

async function writeOne(
  ctx: Ctx,
  kind: Kind,
  match: string[],
  input: Input,
): Promise<Omit<Outcome, 'index'>> {
  return orRejected(ctx, () => writeMatched(ctx, kind, match, input))
}

/** An item that is refused leaves no trace and stops no other. */
export async function orRejected<Written>(ctx: Ctx, write: () => Promise<Written>) {
  await sql`savepoint item`.execute(ctx.db)
  try {
    const written = await write()
    await sql`release savepoint item`.execute(ctx.db)
    return written
  } catch (error) {
    const failure = failureOf(error)
    if (!failure || failure.status >= 500) throw error
    await sql`rollback to savepoint item`.execute(ctx.db)
    return rejection(failure)
  }
}

const rejection = (failure: Failure) => ({
  status: 'rejected' as const,
  code: failure.code,
  ...toldBy(failure),
})

async function writeMatched(
  ctx: Ctx,
  kind: Kind,
  match: string[],
  input: Input,
): Promise<Omit<Outcome, 'index'>> {
  for (const key of match) {
    const ids = await findMatching(ctx, kind, key, input[key])
    if (ids.length > 1)
      return {
        status: 'rejected',
        code: 'ambiguous_match',
        ...told(says.ambiguous_match({ kind: manyOf(kind), field: key })),
      }
    const [id] = ids
    if (id === undefined) continue
    const { changed } = await changeRecord(ctx, kind, id, input)
    return { status: changed ? 'updated' : 'unchanged', id }
  }
  const { id } = await createRecord(ctx, kind, input)
  return { status: 'created', id }
}

async function findMatching(ctx: Ctx, kind: Kind, key: string, value: unknown): Promise<string[]> {
  const field = (await getKind(ctx, kind.name)).fields.find(one => one.key === key)
  if (!field || (typeof value !== 'string' && typeof value !== 'number') || value === '') return []
  const { rows } = await sql<{ id: string }>`select t.id from ${sql.table(kind.table)} as t
    where ${comparableColumn(kind, 't', field)} = ${parameter(field.type, value)} and ${reachable(ctx, kind, 't')}
    limit 2`.execute(ctx.db)
  return rows.map(row => row.id)
}

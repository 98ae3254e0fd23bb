import type { Ctx } from '../core/ctx.ts'

/** Members as cells may name them: by e-mail address, or by name where only one of them has it. */
export async function membersNamed(ctx: Ctx): Promise<{ id: string; names: string[] }[]> {
  const members = await ctx.db
    .selectFrom('member')
    .select(['id', 'name', 'email'])
    .where('workspace_id', '=', ctx.workspace_id)
    .where('disabled_at', 'is', null)
    .execute()
  const bearers = new Map<string, number>()
  for (const { name } of members) bearers.set(nameKey(name), (bearers.get(nameKey(name)) ?? 0) + 1)
  return members.map(({ id, name, email }) => ({
    id,
    names: bearers.get(nameKey(name)) === 1 ? [email, name] : [email],
  }))
}

const nameKey = (name: string) => name.trim().toLowerCase()

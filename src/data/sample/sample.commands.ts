import { parseArgs } from 'node:util'
import type { Command } from '../../core/area.ts'
import { fail } from '../../core/errors.ts'
import type { Machine } from '../../core/machine.ts'
import { findWorkspace } from '../../identity/index.ts'
import { runLoad } from './load.ts'
import { markRemoving, previewRemoval } from './removal.ts'
import { runRemoval } from './remove.ts'
import type { addedKinds } from './sample.contract.ts'
import { beginHere, sampleRow } from './sample.ts'

// The same work as in the background, done by the command itself: it needs no running system, and it has an end to wait for.

const commandLine = { kind: 'system', id: 'command-line' } as const
const byHand = () => ({ fence: async () => undefined, attempt: 1, signal: new AbortController().signal })

function read(args: string[]): { workspace?: string; yes?: boolean } {
  try {
    return parseArgs({
      args,
      options: { workspace: { type: 'string' }, yes: { type: 'boolean' } },
      strict: true,
    }).values
  } catch (error) {
    throw fail('invalid', { detail: error instanceof Error ? error.message : String(error), cause: error })
  }
}

const inWorkspace = <T>(
  machine: Machine,
  workspace_id: string,
  work: Parameters<typeof machine.workspaceTransaction<T>>[1],
) => machine.workspaceTransaction({ workspace_id, actor: commandLine }, work)

const meanings: Record<(typeof addedKinds)[number], string> = {
  changed_records: 'Records of the sample that were changed, and go with it',
  interactions: 'Interactions that were recorded with its customers, and go with them',
  answers: 'Answers of its people to other surveys or of other people to its surveys, which go with it',
  own_people: 'Your own people at its companies, who stay without a company',
  relations: 'Relations that others told of its customers',
  field_values: 'Values of your own records in its fields, for which those fields stay',
  merged: 'Customers merged with others, to be un-merged before it can be removed',
}

const load: Command = {
  name: 'sample load',
  usage:
    'sample load [--workspace <slug>]   loads the sample company: invented customers to look around with; goes on where it was interrupted',
  async run(machine, args, print) {
    const workspace_id = await findWorkspace(machine, read(args).workspace)
    const started = performance.now()
    const load_id = await inWorkspace(machine, workspace_id, beginHere)
    await runLoad(machine, { workspace_id, load_id }, byHand())
    const row = await inWorkspace(machine, workspace_id, ctx => sampleRow(ctx))
    if (row?.status !== 'loaded')
      throw fail('conflict', {
        code: 'sample_stopped',
        detail: row?.failure ?? 'The loading was cancelled meanwhile. Run the command again to go on.',
      })
    const made = await inWorkspace(machine, workspace_id, previewRemoval)
    print(
      `Loaded ${made.companies} companies, ${made.people} people, ${made.interactions} interactions and ${made.answers} answers in ${((performance.now() - started) / 1000).toFixed(1)} s.`,
    )
    return 0
  },
}

const remove: Command = {
  name: 'sample remove',
  usage:
    'sample remove [--yes] [--workspace <slug>]   takes the sample company away without a trace; asks for --yes where others have added to it',
  async run(machine, args, print) {
    const workspace_id = await findWorkspace(machine, read(args).workspace)
    const going = await inWorkspace(machine, workspace_id, previewRemoval)
    for (const { what, count } of going.added) print(`${meanings[what]}: ${count}`)
    if (going.added.length > 0 && !going.blocked && !read(args).yes)
      throw fail('conflict', {
        code: 'sample_was_added_to',
        detail:
          'Others have added to the sample company. Run the command again with --yes to remove it all the same.',
      })
    const load_id = await inWorkspace(machine, workspace_id, markRemoving)
    await runRemoval(machine, { workspace_id, load_id }, byHand())
    const left = await inWorkspace(machine, workspace_id, ctx => sampleRow(ctx))
    if (left) throw fail('conflict', { detail: left.failure ?? 'It was not removed. Run the command again.' })
    print(
      `Removed ${going.companies} companies, ${going.people} people, ${going.interactions} interactions and ${going.answers} answers.`,
    )
    return 0
  },
}

export const sampleCommands: Command[] = [load, remove]

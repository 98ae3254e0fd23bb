import { z } from 'zod'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import type { Said } from '../core/text-sentence.ts'
import { findChoices } from './answer-choices.ts'
import { surveyFor } from './answer-survey.ts'
import { cellReader, type FieldFacts } from './cells.ts'
import { Since } from './delta/delta.contract.ts'
import {
  ColumnMapping,
  Dialect,
  type ImportKind,
  importKinds,
  unnamedColumn,
} from './import-formats.contract.ts'
import {
  ImportSettings,
  importModes,
  MatchKey,
  matchableBy,
  type NewImport,
  withSuggested,
} from './imports.contract.ts'
import { seeColumns, suggestMatch, uniqueAmong } from './mapping.ts'
import { type FileRow, findDialect, offeredFor, questionsIn, readBeginning, suggestedFor } from './preview.ts'
import { relationMeant, relationNames } from './relation-words.ts'
import { withRemembered } from './remembered.ts'
import { says } from './says.ts'
import { suggestedMapping } from './suggestions.ts'
import { loadTargets, makeNewFields } from './target-catalogue.ts'
import { nameOf, type Target } from './targets.ts'

const fieldFacts = {
  type: z.string(),
  max_length: z.int().optional(),
  options: z.array(z.object({ id: z.string(), names: z.array(z.string()) })).optional(),
}

/** All that a run needs to know, fixed when the import is made. */
export const ImportPlan = z.object({
  kind: z.enum(importKinds),
  mode: z.enum(importModes),
  dialect: Dialect,
  mapping: z.array(ColumnMapping.extend({ name: z.string(), ...fieldFacts })),
  defaults: z.array(z.object({ target: z.string(), value: z.string(), ...fieldFacts })),
  match: z.array(MatchKey),
  settings: ImportSettings,
  columns: z.int(),
  /** Of a newer export of the same list. */
  since: Since.optional(),
  /** Of answers: the survey, and its question by target. */
  survey: z
    .object({
      id: z.string(),
      questions: z.record(z.string(), z.string()),
      /** Of choices: the id of each option, by what cells call it. */
      choices: z.record(z.string(), z.record(z.string(), z.string())).optional(),
    })
    .optional(),
  /** Of choices: what cells hold, by target. */
  choices: z.record(z.string(), z.array(z.string())).optional(),
})
export type ImportPlan = z.output<typeof ImportPlan>

/** Settles what the person left open, and refuses what cannot work before a single row is read. */
export async function planImport(
  ctx: Ctx,
  { file, wanted: asked }: { file: FileRow; wanted: NewImport },
): Promise<{ plan: ImportPlan; header: string[] }> {
  const { dialect, source } = await findDialect(ctx, file, asked.dialect ?? {})
  const { header, descriptions, import_ids, rows, problem } = await readBeginning(source, dialect, 500)
  if (problem && !rows.length) throw fail('invalid', { detail: problem })
  const width = rows.reduce((widest, row) => Math.max(widest, row.cells.length), header.length)
  const names = Array.from({ length: width }, (_, at) => header[at] || unnamedColumn(at))
  const recognised = suggestedFor(header, asked.kind)
  const known = await loadTargets(ctx, asked.kind)
  const seen = seeColumns(header, rows, width)
  const questions = questionsIn(asked.kind, recognised.known, { seen, descriptions, import_ids })
  const looking = {
    seen,
    names: names.slice(0, header.length || width),
    descriptions,
    kind: asked.kind,
    again: asked.since?.import_id,
  }
  const suggestions = suggestedMapping(ctx, asked.kind, {
    columns: seen,
    targets: known,
    known: recognised.known,
    questions,
  })
  const offered = asked.mapping
    ? undefined
    : await offeredFor(ctx, looking, { targets: known, suggestions: recognised.known ? suggestions : [] })
  const remembered = offered ? withRemembered(asked.settings, offered.settings) : asked.settings
  const wanted = {
    ...asked,
    match: asked.match ?? (offered?.match.length ? offered.match : undefined),
    settings: withSuggested(remembered, recognised.settings),
  }
  const mapping = wanted.mapping ?? offered?.mapping ?? suggestions
  const typed = mapping.map(one => typeOf(one, known))
  const filled = mapping.map(one => one.target)
  const match = wanted.match ?? suggestMatch(wanted.kind, filled, known)
  checkMapping(mapping, { kind: wanted.kind, width, known, match })
  checkMatch(match, wanted, { filled, known })
  checkAnswers(wanted, filled)
  checkRelations(wanted, filled)
  const defaults = typedDefaults(wanted, mapping, known)
  await makeNewFields(ctx, wanted.kind, mapping, wanted.dry_run)
  const plan: ImportPlan = {
    kind: wanted.kind,
    mode: wanted.mode,
    dialect,
    mapping: mapping.map((one, at) => ({
      ...one,
      target: place(one.target),
      name: names[one.column] ?? '',
      ...(typed[at] ?? { type: 'text' }),
    })),
    defaults: defaults.map(one => ({ ...one, target: place(one.target) })),
    match,
    settings: wanted.settings,
    columns: header.length || width,
    ...(wanted.since ? { since: wanted.since } : {}),
  }
  if (plan.kind === 'answer') plan.choices = await findChoices(source, plan)
  // A trial makes the survey with each of its rows, and takes it back with them.
  if (plan.kind === 'answer' && !wanted.dry_run) plan.survey = await surveyFor(ctx, plan, file.name)
  return { plan, header: names.slice(0, plan.columns) }

  // A dry run makes no field: its cells are read and checked, and go nowhere.
  function place(target: string): string {
    return wanted.dry_run && !isKnown(target, known) ? `ignored.${target}` : target
  }
}

function checkAnswers({ kind, settings }: NewImport, filled: readonly string[]): void {
  if (settings.survey && kind !== 'answer')
    throw fail('invalid', {
      errors: [{ path: 'settings.survey', message: says.answers_only() }],
    })
  if (kind === 'answer' && !filled.includes('occurred_at') && !settings.defaults.occurred_at)
    throw fail('invalid', {
      detail: says.which_day(),
      errors: [{ path: 'settings.defaults.occurred_at', message: says.which_day() }],
    })
}

const endsOf = (side: 'from' | 'to') =>
  ['external_id', 'email', 'domain', 'name'].map(one => `${side}_${one}`)

/** A file of one kind of relation seldom says which. */
function checkRelations({ kind, settings }: NewImport, filled: readonly string[]): void {
  const { type } = settings.defaults
  if (kind !== 'relation' || (type ? relationMeant(type) : filled.includes('type'))) return
  const message = type
    ? says.unknown_relation({ value: type.slice(0, 60), known: relationNames })
    : says.which_relation()
  throw fail('invalid', { detail: message, errors: [{ path: 'settings.defaults.type', message }] })
}

const isKnown = (target: string, known: Target[]): boolean =>
  !target.startsWith('custom.') || known.some(({ key }) => key === target)

/** Values for cells that are empty are read as cells are: "yes" is a yes, "Germany" a country. */
function typedDefaults(
  { kind, settings }: NewImport,
  mapping: ColumnMapping[],
  known: Target[],
): ImportPlan['defaults'] {
  const errors: { path: string; message: Said }[] = []
  const defaults = Object.entries(settings.defaults).flatMap(([target, value]) => {
    if (value === '') return []
    const say = (message: Said) => errors.push({ path: `settings.defaults.${target}`, message })
    const mapped = mapping.find(one => one.target === target)
    const found = known.find(({ key }) => key === target)
    const name = nameOf(kind, target, known)
    if (!found && !mapped && !isProperty(kind, target)) say(says.no_field({ field: name }))
    const facts = typeOf({ target, new_field: mapped?.new_field }, known)
    const read = cellReader(facts.type, {}, settings, found ?? facts)(value)
    if ('problem' in read) say(says.at_field({ field: name, problem: read.problem }))
    return [{ target, value, ...facts }]
  })
  const first = errors[0]
  if (first) throw fail('invalid', { detail: says.usual_value({ problem: first.message }), errors })
  return defaults
}

/** A column of answers; every column is a question of its own. */
const isQuestion = (kind: string, { column, target, question }: ColumnMapping) =>
  kind === 'answer' && question !== undefined && target === `answers.${column}`

const isProperty = (kind: string, target: string) =>
  kind === 'interaction' && /^properties\.[a-z0-9_]{1,60}$/.test(target)

function typeOf(
  one: Pick<ColumnMapping, 'target' | 'new_field'>,
  known: Target[],
): { type: string } & FieldFacts {
  const target = known.find(({ key }) => key === one.target)
  if (target?.type === 'member') return { type: target.type }
  if (target) return { type: target.type, max_length: target.max_length, options: target.options }
  if (one.new_field) return { type: one.new_field.type }
  // A property is kept as it is written: "007" is not seven, and a code that begins as a number may end in letters.
  return { type: 'text', max_length: 10_000 }
}

function checkMapping(
  mapping: ColumnMapping[],
  { kind, width, known, match }: { kind: ImportKind; width: number; known: Target[]; match: string[] },
): void {
  const errors: { path: string; message: Said }[] = []
  const targets = new Set<string>()
  for (const [index, one] of mapping.entries()) {
    const say = (message: Said) => errors.push({ path: `mapping.${index}`, message })
    if (one.column >= width) say(says.file_columns({ count: width }))
    if (targets.has(one.target)) say(says.two_columns({ field: nameOf(kind, one.target, known) }))
    targets.add(one.target)
    const property = isProperty(kind, one.target) || isQuestion(kind, one)
    const fresh =
      (kind === 'person' || kind === 'company') &&
      one.new_field &&
      /^custom\.[a-z][a-z0-9_]{0,49}$/.test(one.target)
    if (!property && !fresh && !known.some(({ key }) => key === one.target))
      say(says.no_field({ field: one.target }))
  }
  const has = (...keys: string[]) => keys.some(key => targets.has(key))
  // rows may say who is meant by a unique field of the workspace's own alone
  const unique = match.filter(key => key.startsWith('custom.'))
  if (
    kind === 'person' &&
    !has('name', 'given_name', 'family_name', 'email', 'phone', 'external_id', ...unique)
  )
    errors.push({ path: 'mapping', message: says.map_person() })
  if (kind === 'company' && !has('name', 'domain', 'external_id', ...unique))
    errors.push({ path: 'mapping', message: says.map_company() })
  if (kind === 'interaction' && !has('occurred_at'))
    errors.push({ path: 'mapping', message: says.map_time() })
  if (kind === 'interaction' && !has('email', 'phone', 'external_id', 'user_id', 'anonymous_id', 'company'))
    errors.push({ path: 'mapping', message: says.map_customer() })
  if (kind === 'relation' && !(has(...endsOf('from')) && has(...endsOf('to'))))
    errors.push({ path: 'mapping', message: says.map_ends() })
  if (kind === 'answer' && !mapping.some(one => one.question))
    errors.push({ path: 'mapping', message: says.map_answer() })
  const first = errors[0]
  if (first) throw fail('invalid', { detail: says.mapping_unusable({ problem: first.message }), errors })
}

function checkMatch(
  match: string[],
  wanted: NewImport,
  { filled, known }: { filled: string[]; known: Target[] },
): void {
  if (wanted.kind !== 'person' && wanted.kind !== 'company') return
  const possible = matchableBy(wanted.kind, uniqueAmong(known))
  const named = (key: string) => nameOf(wanted.kind, key, known)
  const wrong = match.find(key => !possible.includes(key))
  if (wrong !== undefined)
    throw fail('invalid', {
      detail: (wrong.startsWith('custom.') ? says.match_not_unique : says.match_impossible)({
        field: named(wrong),
        possible: possible.map(named),
      }),
      errors: [{ path: 'match', message: says.does_not_tell_apart({ field: named(wrong) }) }],
    })
  const missing = match.find(key => !filled.includes(key))
  if (missing !== undefined) throw fail('invalid', { detail: says.match_unmapped({ field: named(missing) }) })
  if (wanted.mode === 'update' && match.length === 0) throw fail('invalid', { detail: says.match_missing() })
}

import { call } from '../../../core/web/call.ts'
import { invalidate } from '../../../core/web/query.ts'
import { listKinds } from '../../fields.contract.ts'
import type { FieldOption } from '../../kind.contract.ts'
import { optionCalled, shownOption } from '../../options.contract.ts'
import { createTag, listTags } from '../../tags.contract.ts'
import { labelText, useCatalogue } from '../catalogue.ts'

export interface KnownTags {
  /** As records name the field; undefined before the first tag of the kind is made. */
  field: string | undefined
  options: readonly FieldOption[]
  names: string[]
}

const none: readonly FieldOption[] = []

/** The tags of a kind, to be chosen from while typing. */
export function useTags(kind: string): KnownTags {
  const { catalogue } = useCatalogue()
  const field = catalogue?.get(kind)?.fields.find(one => one.tags)
  const options = field?.options ?? none
  return {
    field: field?.key,
    options,
    names: options.filter(one => !one.archived).map(one => labelText(one.label)),
  }
}

export const tagNames = (options: readonly FieldOption[], ids: readonly string[]): string[] =>
  ids.flatMap(id => {
    const option = shownOption(options, id)
    return option ? [labelText(option.label)] : []
  })

/** The ids of these names; those that are new are made. */
export async function tagsNamed(
  kind: string,
  { field, options }: KnownTags,
  names: readonly string[],
): Promise<{ field: string | undefined; ids: string[] }> {
  let key = field
  const ids: string[] = []
  let isNew = false
  for (const name of names) {
    const known = optionCalled(options, name)
    if (known) {
      ids.push(known.id)
      continue
    }
    const made = await call(createTag, { body: { kind, name } })
    key = made.field
    isNew = true
    ids.push(made.id)
  }
  if (isNew) await invalidate([listKinds, listTags])
  return { field: key, ids: [...new Set(ids)] }
}

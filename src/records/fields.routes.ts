import { on, type Route } from '../core/area.ts'
import { loadCatalogue } from './catalogue.ts'
import { listFieldPage } from './field-list.ts'
import {
  archiveField,
  createField,
  getField,
  listFields,
  listKinds,
  restoreField,
  updateField,
} from './fields.contract.ts'
import {
  archiveCustomField,
  createCustomField,
  getCustomField,
  restoreCustomField,
  updateCustomField,
} from './fields.ts'
import type { FieldOption, Label } from './kind.contract.ts'

const plainLabel = (label: Label): Record<string, string> => ({ ...label })
const plainOption = (option: FieldOption) => ({ ...option, label: plainLabel(option.label) })

export const fieldRoutes: Route[] = [
  on(listFields, async (ctx, { query }) => {
    const { items, next } = await listFieldPage(ctx, query)
    return { items: items.map(shown), next }
  }),
  on(getField, async (ctx, { params }) => shown(await getCustomField(ctx, params.id))),
  on(createField, async (ctx, { body }) => shown(await createCustomField(ctx, body))),
  on(updateField, async (ctx, { params, body }) => shown(await updateCustomField(ctx, params.id, body))),
  on(archiveField, async (ctx, { params }) => shown(await archiveCustomField(ctx, params.id))),
  on(restoreField, async (ctx, { params }) => shown(await restoreCustomField(ctx, params.id))),
  on(listKinds, async ctx => ({
    items: [...(await loadCatalogue(ctx)).values()].map(kind => ({
      ...kind,
      label: { one: plainLabel(kind.label.one), many: plainLabel(kind.label.many) },
      fields: kind.fields.map(({ options, ...field }) => ({
        ...field,
        label: plainLabel(field.label),
        ...(options === undefined ? {} : { options: options.map(plainOption) }),
      })),
      relations: kind.relations.map(relation => ({ ...relation, label: plainLabel(relation.label) })),
    })),
  })),
]

const shown = (field: Awaited<ReturnType<typeof getCustomField>>) => ({
  ...field,
  label: plainLabel(field.label),
  options: field.options.map(plainOption),
})

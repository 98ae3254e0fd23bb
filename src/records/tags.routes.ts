import { on, type Route } from '../core/area.ts'
import { createTag, deleteTag, listTags, mergeTag, restoreTag, updateTag } from './tags.contract.ts'
import { listTagsOf, makeTag, mergeTags, removeTag, renameTag, restoreTagOf } from './tags.ts'

export const tagRoutes: Route[] = [
  on(listTags, (ctx, { query }) => listTagsOf(ctx, query)),
  on(createTag, (ctx, { body }) => makeTag(ctx, body)),
  on(updateTag, (ctx, { params, body }) => renameTag(ctx, { ...params, ...body })),
  on(deleteTag, (ctx, { params }) => removeTag(ctx, params)),
  on(restoreTag, (ctx, { params }) => restoreTagOf(ctx, params)),
  on(mergeTag, (ctx, { params, body }) => mergeTags(ctx, { ...params, ...body })),
]

import type { Area } from './area.ts'
import { keptRepliesLoop } from './kept-replies.ts'

export const coreArea: Area = {
  name: 'core',
  migrations: new URL('migrations/', import.meta.url),
  loops: [keptRepliesLoop],
}

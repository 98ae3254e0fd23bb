import { cancelImport, createImport } from '../src/data/imports.contract.ts'
import type { TestApp } from '../src/testing/app.ts'
import { importing } from '../src/testing/imports.ts'
import type { Matrix, RecordMaker, World } from './rights-matrix.ts'

const upload = async (app: TestApp, { workspace }: World) =>
  (await importing(app, workspace.keys.owner).upload('people.csv', 'name,email\nAda,ada@example.com\n')).file
    .id

export function importMakers(app: TestApp): RecordMaker[] {
  return [
    {
      path: '/api/imports/{id}',
      // stopped before it began: it can be looked at, stopped again and resumed
      async make(world) {
        const key = world.workspace.keys.owner
        const body = { file_id: await upload(app, world), kind: 'person' as const }
        const { id } = await app.call(createImport, { key, body })
        await app.call(cancelImport, { key, params: { id } })
        return { id }
      },
    },
  ]
}

export function importInputs(app: TestApp): Matrix['inputs'] {
  return {
    'imports.files.create': () => ({ query: { name: 'people.csv' } }),
    'imports.preview': async world => ({ body: { file_id: await upload(app, world) } }),
    'imports.create': async world => ({ body: { file_id: await upload(app, world), kind: 'person' } }),
    'imports.list': () => ({ query: {} }),
  }
}

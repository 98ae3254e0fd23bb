import { newId } from '../src/core/id.ts'
import { people } from '../src/customers/customers.contract.ts'
import { createSurvey, getSurvey, openSurvey } from '../src/feedback/surveys.contract.ts'
import type { TestApp } from '../src/testing/app.ts'
import type { Matrix, RecordMaker, World } from './rights-matrix.ts'

export function surveyMakers(app: TestApp): RecordMaker[] {
  return [
    { path: '/api/measures/{measure}', fixed: true, make: () => Promise.resolve({ measure: 'nps' }) },
    {
      path: '/api/surveys/{id}',
      async make({ workspace }) {
        const key = workspace.keys.owner
        const body = { template: 'nps' as const, name: 'Customers', subject: 'us' }
        const { id } = await app.call(createSurvey, { key, body })
        await app.call(openSurvey, { key, params: { id } })
        return { id }
      },
    },
  ]
}

export function surveyInputs(app: TestApp): Matrix['inputs'] {
  const answer = async ({ workspace }: World, { id = '' }: Record<string, string>) => {
    const survey = await app
      .call(getSurvey, { key: workspace.keys.owner, params: { id } })
      .catch(() => undefined)
    const question_id = survey?.questions[0]?.id ?? newId()
    return { submission_id: newId(), answers: [{ question_id, value: 9 }] }
  }
  return {
    'measures.get': () => ({ query: {} }),
    'measures.segments': () => ({ query: {} }),
    'measures.responses': () => ({ query: {} }),
    'measures.representation': () => ({ query: {} }),
    'measures.invitations': () => ({ query: {} }),
    'measures.uninvited': () => ({ query: {} }),
    'measures.group': () => ({ query: { field: 'country', group: 'unknown', answered: 'false' } }),
    'surveys.invite': async ({ workspace }) => {
      const { id } = await app.call(people.create, { key: workspace.keys.owner, body: { name: 'Asked' } })
      return { body: { person_ids: [id] } }
    },
    'surveys.invite_matching': () => ({
      body: { filter: 'external_id = "nobody"', days: 30, dry_run: false },
    }),
    'surveys.respond': async (world, params) => ({ body: await answer(world, params) }),
    'surveys.respond_batch': async (world, params) => ({ body: { items: [await answer(world, params)] } }),
  }
}

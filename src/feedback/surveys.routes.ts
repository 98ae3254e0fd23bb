import { on, onStream, type Route, type StreamRoute } from '../core/area.ts'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { listUninvited } from './answered.question.ts'
import { measureGroup, measureInvitations, measureUninvited } from './asked.contract.ts'
import { listAsked } from './asked.ts'
import { surveysAsked } from './asked-surveys.ts'
import { measuresThere } from './figures.ts'
import { invitePeople, listInvitations } from './invitations.ts'
import { invitationsFile } from './invitations-file.ts'
import { inviteMatching } from './invite-matching.ts'
import { listMeasures, measure, measureSegments } from './measure.contract.ts'
import { measureOf } from './measure.question.ts'
import { measureRepresentation } from './representation.contract.ts'
import { representationOf } from './representation.question.ts'
import { listGroup } from './representation-rows.ts'
import {
  createResponse,
  createResponses,
  listResponses,
  measureResponses,
  type NewResponse,
  personScores,
  type ResponseOutcome,
} from './responses.contract.ts'
import * as responses from './responses.ts'
import { says } from './says.ts'
import { segmentsOf } from './segments.question.ts'
import { recordSubmissions } from './submissions.ts'
import * as contract from './surveys.contract.ts'
import * as surveys from './surveys.ts'

async function record(ctx: Ctx, survey_id: string, items: NewResponse[]) {
  const survey = await surveys.getSurveyRecord(ctx, survey_id)
  if (survey.opened_at === null)
    throw fail('conflict', {
      code: 'survey_not_open',
      detail: says.open_first(),
    })
  return recordSubmissions(ctx, { survey, source: 'api', items })
}

const whyOf = ({ detail, sentence }: Partial<ResponseOutcome> = {}) =>
  detail === undefined ? {} : { detail: sentence ? { ...sentence, text: detail } : detail }

export const routes: (Route | StreamRoute)[] = [
  on(contract.listSurveys, (ctx, { query }) => surveys.listSurveys(ctx, query)),
  on(contract.createSurvey, (ctx, { body }) => surveys.createSurvey(ctx, body)),
  on(contract.getSurvey, (ctx, { params }) => surveys.getSurvey(ctx, params)),
  on(contract.updateSurvey, (ctx, { params, body }) =>
    surveys.updateSurvey(ctx, { id: params.id, changes: body }),
  ),
  on(contract.openSurvey, (ctx, { params }) => surveys.openSurvey(ctx, params)),
  on(contract.closeSurvey, (ctx, { params }) => surveys.closeSurvey(ctx, params)),
  on(contract.invitePeople, (ctx, { params, body }) => invitePeople(ctx, { survey_id: params.id, ...body })),
  on(contract.inviteMatching, (ctx, { params, body }) =>
    inviteMatching(ctx, { survey_id: params.id, ...body }),
  ),
  onStream(contract.downloadInvitations, (machine, principal, { params, query }) =>
    invitationsFile(machine, principal, { ...params, ...query }),
  ),
  on(contract.listInvitations, (ctx, { params, query }) =>
    listInvitations(ctx, { survey_id: params.id, ...query }),
  ),
  on(listResponses, async (ctx, { params, query }) =>
    responses.listResponses(ctx, await surveysAsked(ctx, { survey_id: params.id }), query),
  ),
  on(measureResponses, async (ctx, { params, query }) =>
    responses.listMeasured(ctx, await surveysAsked(ctx, query), params.measure, {
      ...query,
      counted: 'true',
    }),
  ),
  on(personScores, (ctx, { params }) => responses.personScores(ctx, params)),
  on(createResponse, async (ctx, { params, body }) => {
    const [outcome] = await record(ctx, params.id, [body])
    if (!outcome?.id || outcome.status === 'rejected')
      throw fail(outcome?.code === 'invalid' ? 'invalid' : 'conflict', {
        code: outcome?.code ?? 'conflict',
        ...whyOf(outcome),
      })
    return { id: outcome.id, status: outcome.status }
  }),
  on(createResponses, async (ctx, { params, body }) => ({
    outcomes: await record(ctx, params.id, body.items),
  })),
  on(listMeasures, measuresThere),
  on(measure, (ctx, { params, query }) => measureOf(ctx, params.measure, query)),
  on(measureSegments, (ctx, { params, query }) => segmentsOf(ctx, params.measure, query)),
  on(measureRepresentation, (ctx, { params, query }) => representationOf(ctx, params.measure, query)),
  on(measureGroup, (ctx, { query }) => listGroup(ctx, query)),
  on(measureInvitations, async (ctx, { params, query }) =>
    listAsked(ctx, await surveysAsked(ctx, query), params.measure, query),
  ),
  on(measureUninvited, async (ctx, { params, query }) =>
    listUninvited(ctx, await surveysAsked(ctx, query), params.measure, query),
  ),
]

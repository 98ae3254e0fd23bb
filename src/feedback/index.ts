import type { Area } from '../core/area.ts'
import { tellOwner } from './detractor-notice.ts'
import { publicPageRoutes } from './public-page.routes.ts'
import { routes } from './surveys.routes.ts'

export { surveysAsked } from './asked-surveys.ts'
export { eraseFeedback, openSince, recordPast } from './history.ts'
export {
  createImportedSurvey,
  eraseAnswers,
  extendImportedSurvey,
  type ImportedQuestion,
  importAnswers,
} from './imported.ts'
export { measureOf } from './measure.question.ts'
export { listResponses } from './responses.ts'
export { createSurvey } from './surveys.ts'

export const feedbackArea: Area = {
  name: 'feedback',
  migrations: new URL('./migrations/', import.meta.url),
  routes,
  rawRoutes: publicPageRoutes,
  jobs: [
    {
      name: 'feedback.detractor',
      run: (machine, { workspace_id, response_id, score, mail_id }, job) =>
        tellOwner(
          machine,
          {
            workspace_id,
            response_id: String(response_id),
            score: Number(score),
            mail_id: String(mail_id),
          },
          job,
        ),
    },
  ],
}

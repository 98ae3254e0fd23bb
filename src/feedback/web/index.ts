import { IconGauge, IconMessageQuestion } from '@tabler/icons-react'
import type { AreaWeb } from '../../core/web/area-web.ts'

export { MeasureFigure, scoreName } from './MeasureScore.tsx'
export { ScoreMark } from './ScoreMark.tsx'

export const feedbackWeb: AreaWeb = {
  name: 'feedback',
  english: () => import('./en.json'),
  german: () => import('./de.json'),
  pages: [
    {
      path: '/surveys',
      page: () => import('./SurveysPage.tsx'),
      nav: {
        label: 'feedback.nav.surveys',
        icon: IconMessageQuestion,
        order: 50,
        permission: 'surveys.read',
        keys: 'g s',
      },
    },
    { path: '/surveys/new', permission: 'surveys.manage', page: () => import('./NewSurveyPage.tsx') },
    { path: '/surveys/$survey_id', page: () => import('./SurveyPage.tsx') },
    {
      path: '/measures',
      page: () => import('./MeasurePage.tsx'),
      nav: {
        label: 'feedback.nav.measures',
        icon: IconGauge,
        order: 55,
        permission: 'surveys.read',
        keys: 'g n',
      },
    },
  ],
  slots: [
    {
      slot: 'list.actions',
      order: 10,
      for: ['person'],
      permission: 'surveys.manage',
      view: () => import('./InviteChosen.tsx'),
    },
    {
      slot: 'record.numbers',
      order: 30,
      for: ['person'],
      permission: 'surveys.read',
      view: () => import('./LatestNumber.tsx'),
    },
    {
      slot: 'record.aside',
      order: 20,
      for: ['person'],
      permission: 'surveys.read',
      view: () => import('./LatestScores.tsx'),
    },
  ],
}

import { on, type Route } from '../../core/area.ts'
import { previewRemoval, startRemoval } from './removal.ts'
import * as api from './sample.contract.ts'
import { cancelSample, getSample, loadSample, resumeSample } from './sample.ts'
import { sampleStories } from './stories.ts'

export const sampleRoutes: Route[] = [
  on(api.getSample, ctx => getSample(ctx)),
  on(api.loadSample, ctx => loadSample(ctx)),
  on(api.cancelSample, ctx => cancelSample(ctx)),
  on(api.resumeSample, ctx => resumeSample(ctx)),
  on(api.previewSampleRemoval, ctx => previewRemoval(ctx)),
  on(api.removeSample, ctx => startRemoval(ctx)),
  on(api.getSampleStories, ctx => sampleStories(ctx)),
]

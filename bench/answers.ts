import type { Pool } from 'pg'
import { say } from './world.ts'

// Answers to a relational survey over eighteen months, made by the database itself, without triggers.

const responses = `
  insert into response (workspace_id, id, survey_id, anonymity, version, submission_id, person_id, source, language, submitted_at)
  select $1, s.id, $2, 'identified', 1, s.id, p.id, 'api', 'en', now() - interval '1 s' * (s.n::bigint * 7919 % (86400 * 545))
  from (select n, uuidv7() as id, 1 + n::bigint * 48271 % $5::int as who from generate_series($3::int, $4::int) n) s
  cross join lateral (select id from person where workspace_id = $1 and external_id = 'p' || s.who limit 1) p`

const answers = `
  insert into answer (workspace_id, response_id, question_id, person_id, survey_id, version, measure, scale_min, scale_max, polarity, value, answered_at)
  select r.workspace_id, r.id, q.id, r.person_id, r.survey_id, 1, q.measure, q.scale_min, q.scale_max, q.polarity,
    abs(hashtext(r.id::text)) % 11, r.submitted_at
  from response r join survey_question q on q.workspace_id = r.workspace_id and q.survey_id = r.survey_id and q.measure = 'nps'
  where r.workspace_id = $1 and r.survey_id = $2`

export async function fillAnswers(
  bare: Pool,
  { workspace_id, survey_id }: { workspace_id: string; survey_id: string },
  { count, people }: { count: number; people: number },
): Promise<void> {
  const started = performance.now()
  const client = await bare.connect()
  try {
    await client.query(`set session_replication_role = replica; set synchronous_commit = off`)
    for (let from = 1; from <= count; from += 100_000)
      await client.query(responses, [workspace_id, survey_id, from, Math.min(count, from + 99_999), people])
    await client.query(answers, [workspace_id, survey_id])
    await client.query('vacuum (analyze) response')
    await client.query('vacuum (analyze) answer')
  } finally {
    await client.query('reset session_replication_role; reset synchronous_commit')
    client.release()
  }
  say(`made ${count} answers in ${Math.round((performance.now() - started) / 1000)} s`)
}

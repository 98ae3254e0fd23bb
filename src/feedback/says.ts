import { type Named, sentences } from '../core/text-sentence.ts'
import type { QuestionKind } from './measures.contract.ts'

// What the server says; German stands in web/de.json.

export const says = sentences('feedback', {
  survey_kind_is: 'kind: this survey is {{kind}}.',
  survey_question_count: 'questions: a survey has between 1 and 40.',
  too_many_items: 'items: at most 1,000 at once.',
  open_first: 'Open the survey first: a draft may still change under its answers.',
  survey_lacks_question:
    'This survey does not ask everything that is mapped. Leave those columns out, or import into a survey of its own.',
  file_holds_names: 'The file holds names and addresses, which your role does not see.',
  file_holds_all: 'The file holds everybody who was invited; your role sees only some.',
  survey_is_anonymous:
    'An anonymous survey has no personal links, because they would name who answered. Use its open link.',
  open_before_link: 'Open the survey first: a link that leads to a closed page helps nobody.',
  no_such_person: 'There is no such person.',
  do_not_contact: 'This person must not be contacted.',
  too_many_invited: 'More than {{most}} people match. Narrow the filter and invite them in several steps.',
  matches_too_many: 'matches more than {{most}} people',
  too_many_periods: 'interval: that makes {{count}} periods, at most {{most}}.',
  no_people_filter:
    'An anonymous survey does not know who answered, so no filter over people can pick answers.',
  may_not_see_field: 'field: you may not see {{field}}.',
  which_group: 'value: say which group of the field.',
  shown_in_no_order: 'sort: the answers to a confidential or anonymous survey are shown in no order.',
  no_such_question: 'questions: the survey has no question {{id}}.',
  question_named_twice: 'form: each question stands in it once.',
  new_question_measures: 'form: say of a new question what it measures (measure).',
  new_question_words:
    'form: give the new question words of its own (label), or say what it asks about (subject).',
  question_is_fixed:
    'form: what this question asks about stays, because its answers were given to that. Add a new question instead.',
  question_has_scale:
    'form: what this question measures and about what stays, because answers were given on {{low}}–{{high}}. Add a new question instead.',
  headline_question:
    'form: “{{question}}” stays the first of its measure ({{measure}}), because the headline counts its answers. Move the other one below it, or take this one away.',
  survey_changed:
    'Somebody changed this survey while you were. Load the survey again and make your changes to it once more.',
  needs_revision: 'revision: say which revision of the survey the form was made from.',
  no_such_point: 'questions: the scale has no labelled point {{id}}.',
  only_place_or_touchpoint:
    'An anonymous survey does not know who answered. Choose the place or the touchpoint instead.',
  needs_language: 'A survey needs at least one language.',
  no_such_survey: 'There is no such survey.',
  survey_was_opened:
    'Kind and anonymity can be changed only before a survey is opened: people have answered under them.',
  survey_has_ended: 'The day on which this survey closes has passed. Choose a later one, then open it.',
  no_field_to_cut:
    'by: there is no field {{field}} to tell answers apart by. Take place, touchpoint or one of `fields`.',
  unknown_band: 'band: the bands of {{measure}} are {{bands}}.',
  not_next: 'after: take the value of `next` as it is.',
  link_answered: 'This personal link was answered before.',
  submission_id_used: 'This submission_id was used for another survey.',
  anonymous_names_nobody: 'An answer to an anonymous survey cannot name a person.',
  answered_when: 'submitted_at: must lie between 1990 and now.',
  question_once: 'answers: each names one question of the survey, once.',
  answer_missing: 'answers: question {{id}} ({{measure}}) must be answered.',
  comment_takes_text: 'answers: a comment is answered by text.',
  choice_takes_option: 'answers: a choice is answered by choice, the id of one of its options.',
  takes_whole_value: 'answers: a {{measure}} question is answered by a whole value from {{low}} to {{high}}.',
  links_name: 'name',
  links_email: 'email',
  links_language: 'language',
  links_link: 'link',
  links_until: 'expires_at',
  links_file: '{{survey}} - links.csv',
  never_opened: 'This survey was never opened.',
  choice_needs_words: 'questions: a choice needs words of its own (label) and at least two options.',
  measure_asked_twice:
    'questions: {{measure}} is asked more than once. Give each further question a touchpoint of its own, so that the answers are told apart.',
})

/** What a question measures: requests call it by its key, a page by its name. */
export const measureNamed = (measure: QuestionKind): Named => ({
  label: { en: measure },
  key: measure,
  term: `feedback.measure.${measure}.name`,
})

import { sentences } from '../core/text-sentence.ts'

// What the server says of relations; German stands in web/de.json.

export const says = sentences('customers', {
  relation_end_missing: 'A relation "{{type}}" is told of {{from}} and {{to}}: {{end}} is missing.',
  relation_end_strange:
    'A relation "{{type}}" is told of {{from}} and {{to}}: {{end}} does not belong there.',
  relation_ends_early: 'It ends before it begins. Give a later last day, or an earlier first one.',
  relation_ends_later:
    "This day is still to come. Give it when it is there: the person's company is emptied then.",
  relation_not_yours:
    'Your role does not let you change this relation. Ask the owner of one of its ends or an administrator.',
  relation_to_itself: 'These two are one. Choose another one.',
  relation_repeated: 'This relation is there already for that time. Change that one, or give another period.',
  relation_overlaps: 'overlaps with the same relation',
  relation_contradicts:
    'These two are in this relation the other way round at that time. End or delete that one first.',
  relation_turned: 'is in this relation the other way round',
})

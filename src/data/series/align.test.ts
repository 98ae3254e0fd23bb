import { expect, test } from 'vitest'
import { alignColumns } from './align.ts'

const named = (line: string) => line.split(' ').map(name => ({ name, text: name }))
/** What each column of the first line is in the second, and by what. */
const aligned = (before: string, now: string) => {
  const [was, is] = [named(before), named(now)]
  return Object.fromEntries(
    [...alignColumns(was, is)].map(([at, { column, by }]) => [was[at]?.name, `${by} ${is[column]?.name}`]),
  )
}

test('a column is known by the words in its name, whatever number its question has', () => {
  expect(aligned('Q8A_ART Q8D_SIGNS NETPRO', 'Netpro Q7SIGN Q7ART')).toEqual({
    Q8A_ART: 'words Q7ART',
    Q8D_SIGNS: 'words Q7SIGN',
    NETPRO: 'name Netpro',
  })
})

test('what could be two columns is taken for neither, unless the number of the question decides', () => {
  expect(aligned('Q7_FOOD', 'Q4FOOD Q9FOOD')).toEqual({})
  expect(aligned('Q9D_CLNFOOD Q7B_FOOD', 'Q7FOOD Q9FOOD')).toEqual({
    Q7B_FOOD: 'words Q7FOOD',
    Q9D_CLNFOOD: 'words Q9FOOD',
  })
})

test('a bare code is another question when questions were added, and the same in a file that is as it was', () => {
  expect(aligned('id Q8 Q9 extra more', 'id Q8 Q9 Q10 Q11 Q12')).toEqual({})
  expect(aligned('id Q1 Q2 Q3 Q4', 'Q1 Q2 Q3 Q4 id Q5')).toMatchObject({ Q1: 'name Q1', Q4: 'name Q4' })
})

test('the items of a question are known together: by its number, else as the only ones that are so many', () => {
  expect(aligned('Q8A Q8B Q8C Q8D x y z', 'Q8A_ONE Q8B_TWO Q8C_THREE Q8D_FOUR a b c')).toMatchObject({
    Q8A: 'code Q8A_ONE',
    Q8D: 'code Q8D_FOUR',
  })
  expect(
    aligned('Q6A Q6B Q6C Q6D Q8A Q8B Q8C Q8D Q8E x', 'Q8A Q8B Q8C Q8D Q9A Q9B Q9C Q9D Q9E y'),
  ).toMatchObject({
    Q6A: 'block Q8A',
    Q8A: 'block Q9A',
    Q8E: 'block Q9E',
  })
})

test('the same words of a question are the same question', () => {
  const asked = 'How likely are you to recommend us?'
  expect([
    ...alignColumns(
      [{ name: 'Q1', text: asked }],
      [
        { name: 'Q7', text: asked },
        { name: 'Q1', text: 'Why?' },
      ],
    ),
  ]).toEqual([[0, { column: 0, by: 'text' }]])
})

import type { Measure } from './measures.contract.ts'
import type { SurveyLanguage } from './surveys.contract.ts'

// The wording that belongs to each measure's definition, with the points of its scale that carry words. {subject} is filled in.

interface MeasureWords {
  question: string
  points: Record<string, string>
}
type ByMeasure = Record<Measure, MeasureWords>

const asked = (question: string, points: Record<string, string>): MeasureWords => ({ question, points })

export const measureWords: Record<SurveyLanguage, ByMeasure> = {
  en: {
    nps: asked('How likely is it that you would recommend {subject} to a friend or colleague?', {
      0: 'Not at all likely',
      10: 'Extremely likely',
    }),
    csat: asked('How satisfied were you with {subject}?', { 1: 'Very dissatisfied', 5: 'Very satisfied' }),
    ces_2: asked('{subject} made it easy for me to handle my request.', {
      1: 'Strongly disagree',
      7: 'Strongly agree',
    }),
    ces_1: asked(
      'How much effort did you personally have to put forth to handle your request with {subject}?',
      {
        1: 'Very low effort',
        5: 'Very high effort',
      },
    ),
    star: asked('How would you rate {subject}?', { 1: 'Very poor', 5: 'Excellent' }),
    expectation: asked('Compared with what you expected, how was {subject}?', {
      1: 'Much worse',
      3: 'As expected',
      5: 'Much better',
    }),
    intent: asked('Over the next 12 months, how likely are you to do more business with {subject}?', {
      0: 'Not at all likely',
      10: 'Extremely likely',
    }),
  },
  de: {
    nps: asked('Wie wahrscheinlich ist es, dass Sie {subject} einem Freund oder Kollegen weiterempfehlen?', {
      0: 'Überhaupt nicht wahrscheinlich',
      10: 'Äußerst wahrscheinlich',
    }),
    csat: asked('Wie zufrieden waren Sie mit {subject}?', { 1: 'Sehr unzufrieden', 5: 'Sehr zufrieden' }),
    ces_2: asked('{subject} hat es mir leicht gemacht, mein Anliegen zu erledigen.', {
      1: 'Stimme überhaupt nicht zu',
      7: 'Stimme voll und ganz zu',
    }),
    ces_1: asked('Wie viel Mühe mussten Sie selbst aufwenden, um Ihr Anliegen mit {subject} zu erledigen?', {
      1: 'Sehr wenig Mühe',
      5: 'Sehr viel Mühe',
    }),
    star: asked('Wie bewerten Sie {subject}?', { 1: 'Sehr schlecht', 5: 'Ausgezeichnet' }),
    expectation: asked('Verglichen mit dem, was Sie erwartet hatten: Wie war {subject}?', {
      1: 'Viel schlechter',
      3: 'Wie erwartet',
      5: 'Viel besser',
    }),
    intent: asked(
      'Wie wahrscheinlich ist es, dass Sie in den nächsten 12 Monaten mehr bei {subject} kaufen?',
      {
        0: 'Überhaupt nicht wahrscheinlich',
        10: 'Äußerst wahrscheinlich',
      },
    ),
  },
  es: {
    nps: asked('¿Qué probabilidad hay de que recomiende {subject} a un amigo o colega?', {
      0: 'Nada probable',
      10: 'Extremadamente probable',
    }),
    csat: asked('¿Cuál es su grado de satisfacción con {subject}?', {
      1: 'Muy insatisfecho',
      5: 'Muy satisfecho',
    }),
    ces_2: asked('{subject} me lo puso fácil para resolver mi solicitud.', {
      1: 'Muy en desacuerdo',
      7: 'Muy de acuerdo',
    }),
    ces_1: asked('¿Cuánto esfuerzo tuvo que hacer usted para resolver su solicitud con {subject}?', {
      1: 'Muy poco esfuerzo',
      5: 'Muchísimo esfuerzo',
    }),
    star: asked('¿Cómo valora {subject}?', { 1: 'Muy mal', 5: 'Excelente' }),
    expectation: asked('En comparación con lo que esperaba, ¿cómo fue {subject}?', {
      1: 'Mucho peor',
      3: 'Como esperaba',
      5: 'Mucho mejor',
    }),
    intent: asked(
      'En los próximos 12 meses, ¿qué probabilidad hay de que aumente sus compras en {subject}?',
      {
        0: 'Nada probable',
        10: 'Extremadamente probable',
      },
    ),
  },
  fr: {
    nps: asked('Quelle est la probabilité que vous recommandiez {subject} à un ami ou à un collègue ?', {
      0: 'Pas du tout probable',
      10: 'Extrêmement probable',
    }),
    csat: asked('Dans quelle mesure êtes-vous satisfait de {subject} ?', {
      1: 'Très insatisfait',
      5: 'Très satisfait',
    }),
    ces_2: asked('{subject} m’a permis de traiter facilement ma demande.', {
      1: 'Pas du tout d’accord',
      7: 'Tout à fait d’accord',
    }),
    ces_1: asked('Quel effort avez-vous dû fournir vous-même pour traiter votre demande avec {subject} ?', {
      1: 'Très peu d’effort',
      5: 'Énormément d’effort',
    }),
    star: asked('Quelle note donnez-vous à {subject} ?', { 1: 'Très mauvais', 5: 'Excellent' }),
    expectation: asked('Par rapport à ce que vous attendiez, comment était {subject} ?', {
      1: 'Bien pire',
      3: 'Comme attendu',
      5: 'Bien mieux',
    }),
    intent: asked(
      'Au cours des 12 prochains mois, quelle est la probabilité que vous achetiez davantage chez {subject} ?',
      { 0: 'Pas du tout probable', 10: 'Extrêmement probable' },
    ),
  },
  it: {
    nps: asked('Con quale probabilità consiglierebbe {subject} a un amico o a un collega?', {
      0: 'Per niente probabile',
      10: 'Estremamente probabile',
    }),
    csat: asked('Quanto è stato soddisfatto di {subject}?', {
      1: 'Molto insoddisfatto',
      5: 'Molto soddisfatto',
    }),
    ces_2: asked('{subject} mi ha reso facile gestire la mia richiesta.', {
      1: 'Per niente d’accordo',
      7: 'Completamente d’accordo',
    }),
    ces_1: asked(
      'Quanto impegno ha dovuto metterci personalmente per gestire la sua richiesta con {subject}?',
      {
        1: 'Pochissimo impegno',
        5: 'Moltissimo impegno',
      },
    ),
    star: asked('Come valuta {subject}?', { 1: 'Pessimo', 5: 'Eccellente' }),
    expectation: asked('Rispetto a quello che si aspettava, com’è stato {subject}?', {
      1: 'Molto peggio',
      3: 'Come previsto',
      5: 'Molto meglio',
    }),
    intent: asked('Nei prossimi 12 mesi, quanto è probabile che acquisti di più da {subject}?', {
      0: 'Per niente probabile',
      10: 'Estremamente probabile',
    }),
  },
  nl: {
    nps: asked('Hoe waarschijnlijk is het dat u {subject} aanbeveelt aan een vriend of collega?', {
      0: 'Helemaal niet waarschijnlijk',
      10: 'Zeer waarschijnlijk',
    }),
    csat: asked('Hoe tevreden was u over {subject}?', { 1: 'Zeer ontevreden', 5: 'Zeer tevreden' }),
    ces_2: asked('{subject} maakte het mij gemakkelijk om mijn verzoek af te handelen.', {
      1: 'Helemaal mee oneens',
      7: 'Helemaal mee eens',
    }),
    ces_1: asked('Hoeveel moeite moest u zelf doen om uw verzoek bij {subject} af te handelen?', {
      1: 'Heel weinig moeite',
      5: 'Heel veel moeite',
    }),
    star: asked('Hoe beoordeelt u {subject}?', { 1: 'Zeer slecht', 5: 'Uitstekend' }),
    expectation: asked('Vergeleken met wat u verwachtte, hoe was {subject}?', {
      1: 'Veel slechter',
      3: 'Zoals verwacht',
      5: 'Veel beter',
    }),
    intent: asked('Hoe waarschijnlijk is het dat u de komende 12 maanden meer koopt bij {subject}?', {
      0: 'Helemaal niet waarschijnlijk',
      10: 'Zeer waarschijnlijk',
    }),
  },
}

import type { SurveyLanguage } from './surveys.contract.ts'

// Everything that a respondent reads besides the survey's own texts, complete in every language: no button falls
// back to English. {subject} and {workspace} are filled in.

interface Words {
  /** The language in itself, for the switch. */
  own_name: string
  comment: string
  optional: string
  send: string
  thank_you_title: string
  thank_you: string
  choose: string
  choose_one: string
  error: string
  closed_title: string
  closed: string
  busy_title: string
  busy: string
  identified: string
  identified_link: string
  confidential: string
  anonymous: string
  language: string
}

export const words: Record<SurveyLanguage, Words> = {
  en: {
    own_name: 'English',
    comment: 'What is the main reason for your answer?',
    optional: 'optional',
    send: 'Send answer',
    thank_you_title: 'Thank you',
    thank_you: 'Your answer has been recorded. It helps us to do better.',
    choose: 'Please choose a number from {low} to {high}.',
    choose_one: 'Please choose one answer.',
    error: 'Error',
    closed_title: 'This survey is not open',
    closed:
      'The link has ended or was copied incompletely. Nothing is left for you to do. Thank you for your interest.',
    busy_title: 'One moment, please',
    busy: 'Very many answers are arriving just now. Please send yours again in a minute.',
    identified: '{workspace} sees that this answer is yours.',
    identified_link: '{workspace} reads this answer. It does not know who you are unless you say so.',
    confidential: 'Your answer is confidential: {workspace} sees it only together with those of others.',
    anonymous: 'Your answer is anonymous: nothing that identifies you is stored with it.',
    language: 'Language',
  },
  de: {
    own_name: 'Deutsch',
    comment: 'Was ist der wichtigste Grund für Ihre Antwort?',
    optional: 'freiwillig',
    send: 'Antwort senden',
    thank_you_title: 'Vielen Dank',
    thank_you: 'Ihre Antwort ist angekommen. Sie hilft uns, besser zu werden.',
    choose: 'Bitte wählen Sie eine Zahl von {low} bis {high}.',
    choose_one: 'Bitte wählen Sie eine Antwort.',
    error: 'Fehler',
    closed_title: 'Diese Umfrage ist nicht geöffnet',
    closed:
      'Der Link ist abgelaufen oder wurde unvollständig kopiert. Sie müssen nichts weiter tun. Vielen Dank für Ihr Interesse.',
    busy_title: 'Einen Moment, bitte',
    busy: 'Gerade treffen sehr viele Antworten ein. Bitte senden Sie Ihre in einer Minute noch einmal.',
    identified: '{workspace} sieht, dass diese Antwort von Ihnen ist.',
    identified_link: '{workspace} liest diese Antwort und weiß nicht, wer Sie sind, außer Sie schreiben es.',
    confidential: 'Ihre Antwort ist vertraulich: {workspace} sieht sie nur zusammen mit denen anderer.',
    anonymous: 'Ihre Antwort ist anonym: Es wird nichts gespeichert, was auf Sie schließen lässt.',
    language: 'Sprache',
  },
  es: {
    own_name: 'Español',
    comment: '¿Cuál es el motivo principal de su respuesta?',
    optional: 'opcional',
    send: 'Enviar respuesta',
    thank_you_title: 'Gracias',
    thank_you: 'Hemos recibido su respuesta. Nos ayuda a mejorar.',
    choose: 'Elija un número del {low} al {high}.',
    choose_one: 'Elija una respuesta.',
    error: 'Error',
    closed_title: 'Esta encuesta no está abierta',
    closed:
      'El enlace ha caducado o se copió incompleto. No tiene que hacer nada más. Gracias por su interés.',
    busy_title: 'Un momento, por favor',
    busy: 'Están llegando muchas respuestas. Vuelva a enviar la suya dentro de un minuto.',
    identified: '{workspace} ve que esta respuesta es suya.',
    identified_link: '{workspace} lee esta respuesta y no sabe quién es usted, salvo que lo diga.',
    confidential: 'Su respuesta es confidencial: {workspace} solo la ve junto con las de otras personas.',
    anonymous: 'Su respuesta es anónima: no se guarda nada que lo identifique.',
    language: 'Idioma',
  },
  fr: {
    own_name: 'Français',
    comment: 'Quelle est la raison principale de votre réponse ?',
    optional: 'facultatif',
    send: 'Envoyer la réponse',
    thank_you_title: 'Merci',
    thank_you: 'Votre réponse est enregistrée. Elle nous aide à faire mieux.',
    choose: 'Veuillez choisir un nombre de {low} à {high}.',
    choose_one: 'Veuillez choisir une réponse.',
    error: 'Erreur',
    closed_title: 'Cette enquête n’est pas ouverte',
    closed:
      'Le lien a expiré ou a été copié en partie. Vous n’avez rien d’autre à faire. Merci de votre intérêt.',
    busy_title: 'Un instant, s’il vous plaît',
    busy: 'De très nombreuses réponses arrivent en ce moment. Renvoyez la vôtre dans une minute.',
    identified: '{workspace} voit que cette réponse est la vôtre.',
    identified_link: '{workspace} lit cette réponse et ne sait pas qui vous êtes, sauf si vous le dites.',
    confidential:
      'Votre réponse est confidentielle : {workspace} ne la voit qu’avec celles d’autres personnes.',
    anonymous: 'Votre réponse est anonyme : rien de ce qui vous identifie n’est conservé.',
    language: 'Langue',
  },
  it: {
    own_name: 'Italiano',
    comment: 'Qual è il motivo principale della sua risposta?',
    optional: 'facoltativo',
    send: 'Invia la risposta',
    thank_you_title: 'Grazie',
    thank_you: 'La sua risposta è stata registrata. Ci aiuta a migliorare.',
    choose: 'Scelga un numero da {low} a {high}.',
    choose_one: 'Scelga una risposta.',
    error: 'Errore',
    closed_title: 'Questo sondaggio non è aperto',
    closed: 'Il link è scaduto o è stato copiato in parte. Non deve fare altro. Grazie per l’interesse.',
    busy_title: 'Un momento, per favore',
    busy: 'Stanno arrivando moltissime risposte. Invii di nuovo la sua tra un minuto.',
    identified: '{workspace} vede che questa risposta è sua.',
    identified_link: '{workspace} legge questa risposta e non sa chi è lei, a meno che non lo scriva.',
    confidential: 'La sua risposta è riservata: {workspace} la vede solo insieme a quelle di altri.',
    anonymous: 'La sua risposta è anonima: non viene conservato nulla che la identifichi.',
    language: 'Lingua',
  },
  nl: {
    own_name: 'Nederlands',
    comment: 'Wat is de belangrijkste reden voor uw antwoord?',
    optional: 'niet verplicht',
    send: 'Antwoord versturen',
    thank_you_title: 'Dank u wel',
    thank_you: 'Uw antwoord is ontvangen. Het helpt ons om beter te worden.',
    choose: 'Kies een getal van {low} tot en met {high}.',
    choose_one: 'Kies een antwoord.',
    error: 'Fout',
    closed_title: 'Deze enquête is niet open',
    closed:
      'De link is verlopen of onvolledig gekopieerd. U hoeft niets meer te doen. Dank voor uw belangstelling.',
    busy_title: 'Een ogenblik, alstublieft',
    busy: 'Er komen nu heel veel antwoorden binnen. Verstuur het uwe over een minuut nog eens.',
    identified: '{workspace} ziet dat dit antwoord van u is.',
    identified_link: '{workspace} leest dit antwoord en weet niet wie u bent, tenzij u het zegt.',
    confidential: 'Uw antwoord is vertrouwelijk: {workspace} ziet het alleen samen met die van anderen.',
    anonymous: 'Uw antwoord is anoniem: er wordt niets bewaard waaraan u te herkennen bent.',
    language: 'Taal',
  },
}

export const fill = (template: string, values: Record<string, string>): string =>
  template.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)

/** The first of the survey's languages that an Accept-Language header asks for, by its weights. */
export function chosenLanguage(
  header: string | undefined,
  languages: readonly SurveyLanguage[],
): SurveyLanguage | undefined {
  const wanted = (header ?? '')
    .slice(0, 500)
    .split(',')
    .map(part => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
      const weight = parameters.map(text => /^\s*q=([\d.]+)/.exec(text)?.[1]).find(Boolean)
      return { base: tag.split('-')[0] ?? '', weight: weight === undefined ? 1 : Number(weight) || 0 }
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
  for (const { base } of wanted) {
    const found = languages.find(language => language === base)
    if (found) return found
  }
  return undefined
}

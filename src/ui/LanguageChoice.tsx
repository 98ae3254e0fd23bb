import { Anchor, Group } from '@mantine/core'
import { t } from '../core/web/i18n.ts'
import { chooseLanguage, language, languageName, languages } from '../core/web/language.ts'

/** For those who are not inside yet: each language by its own name. */
export function LanguageChoice() {
  return (
    <Group component="nav" justify="center" gap="md" mt="lg" aria-label={t('ui.language')}>
      {languages.map(one => (
        <Anchor
          key={one}
          component="button"
          type="button"
          size="sm"
          c="dimmed"
          lang={one}
          {...(one === language() ? { 'aria-current': true, fw: 600 } : {})}
          onClick={() => chooseLanguage(one)}
        >
          {languageName(one)}
        </Anchor>
      ))}
    </Group>
  )
}

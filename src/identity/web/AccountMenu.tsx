import { Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import {
  IconDeviceDesktop,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconSun,
  IconUserCircle,
} from '@tabler/icons-react'
import type { SlotProps } from '../../core/web/area-web.ts'
import { t } from '../../core/web/i18n.ts'
import { chooseLanguage, type Language, language, languageName, languages } from '../../core/web/language.ts'
import { useGo } from '../../core/web/navigation.tsx'
import { useChange } from '../../core/web/query.ts'
import { useCommands } from '../../ui/palette/commands.ts'
import { getSession, updateAccount } from '../session.contract.ts'
import { ChosenItem } from './ChosenItem.tsx'
import classes from './Menus.module.css'
import { useSession } from './session.ts'
import { useSignOut } from './use-sign-out.ts'

const schemes = [
  { scheme: 'light', icon: IconSun },
  { scheme: 'dark', icon: IconMoon },
  { scheme: 'auto', icon: IconDeviceDesktop },
] as const

const initials = (name: string): string => {
  const words = name.split(/\s+/).filter(Boolean)
  return `${words.at(0)?.at(0) ?? ''}${words.length > 1 ? (words.at(-1)?.at(0) ?? '') : ''}`.toUpperCase()
}

/** Kept with the account, so that the other devices and the messages follow. */
function useSpeak(): (language: Language) => void {
  const { change } = useChange(updateAccount, {
    invalidates: [getSession],
    onDone: (_reply, { body }) => {
      if (body?.language) chooseLanguage(body.language)
    },
  })
  return language => change({ body: { language } })
}

export default function AccountMenu({ collapsed }: SlotProps) {
  const { account } = useSession()
  const signOut = useSignOut()
  const go = useGo()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const name = account?.name ?? ''
  const speak = useSpeak()
  useCommands([
    {
      id: 'account',
      label: t('identity.account.title'),
      group: t('identity.account.group'),
      run: () => go('/account'),
    },
    {
      id: 'sign-out',
      label: t('identity.account.signOut'),
      group: t('identity.account.group'),
      run: signOut,
    },
    ...schemes.map(({ scheme }) => ({
      id: `scheme ${scheme}`,
      label: t(`identity.scheme.${scheme}`),
      group: t('identity.scheme.group'),
      run: () => setColorScheme(scheme),
    })),
    ...languages.map(one => ({
      id: `language ${one}`,
      label: languageName(one),
      group: t('ui.language'),
      run: () => speak(one),
    })),
  ])
  return (
    <Menu position="top-start" width="14rem">
      <Menu.Target>
        <UnstyledButton className={classes.target} aria-label={t('identity.account.menu', { name })}>
          <span className={classes.avatar} data-initials={initials(name)} aria-hidden />
          {!collapsed && <span className={classes.name}>{name}</span>}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{account?.email}</Menu.Label>
        <Menu.Item leftSection={<IconUserCircle size={16} />} onClick={() => go('/account')}>
          {t('identity.account.title')}
        </Menu.Item>
        <Menu.Divider />
        {schemes.map(({ scheme, icon: Icon }) => (
          <ChosenItem
            key={scheme}
            chosen={colorScheme === scheme}
            icon={<Icon size={16} />}
            onChoose={() => setColorScheme(scheme)}
          >
            {t(`identity.scheme.${scheme}`)}
          </ChosenItem>
        ))}
        <Menu.Divider />
        {languages.map(one => (
          <ChosenItem
            key={one}
            chosen={one === language()}
            icon={<IconLanguage size={16} />}
            onChoose={() => speak(one)}
          >
            <span lang={one}>{languageName(one)}</span>
          </ChosenItem>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={signOut}>
          {t('identity.account.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

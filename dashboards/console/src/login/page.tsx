import {
  Alert,
  Button,
  Code,
  Paper,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { ApiError, tryToken } from '../api/client.ts'
import { logIn, session, setActor, tokenIn, useSession } from '../api/session.ts'
import { Mark } from '../app/logo.tsx'
import classes from './login.module.css'

/** Asks for the token and tries it before anything else is shown. */
export function LoginPage() {
  return (
    <main className={classes['page']}>
      <Paper withBorder p="xl" w="100%" maw={420} bg="var(--fl-card)">
        <Stack gap="lg">
          <Stack gap="xs">
            <Mark size={40} />
            <Title order={1} size="h3">
              Log in to Faultline
            </Title>
            <Text size="sm" c="dimmed">
              <Code>faultline serve</Code> prints a link that logs you in. Its token is also in the
              file <Code>admin-token</Code> of the data folder.
            </Text>
          </Stack>
          <LoginForm />
        </Stack>
      </Paper>
    </main>
  )
}

function useLogIn() {
  const navigate = useNavigate()
  const { to } = useSearch({ from: '/login' })
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const attempt = async (token: string, name: string): Promise<void> => {
    setBusy(true)
    try {
      await tryToken(token)
      setActor(name)
      logIn(token)
      await navigate({ to: to ?? '/', replace: true })
    } catch (cause) {
      const refused = cause instanceof ApiError && cause.status === 401
      setFault(refused ? 'This token is not known here.' : (cause as Error).message)
    } finally {
      setBusy(false)
    }
  }
  return { attempt, fault, busy }
}

function LoginForm() {
  const { ended } = useSession()
  const { attempt, fault, busy } = useLogIn()
  const [token, setToken] = useState('')
  const [name, setName] = useState(session().actor ?? '')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void attempt(tokenIn(token), name)
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        {ended !== null && fault === null && <Alert color="yellow">{ended}</Alert>}
        <PasswordInput
          label="Token, or the link"
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          error={fault}
          autoComplete="current-password"
          required
          withAsterisk={false}
          autoFocus
        />
        <TextInput
          label="Your name"
          description="Stands beside what you do, as several people may share a token."
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoComplete="username"
          maxLength={64}
        />
        <Button type="submit" loading={busy} disabled={token.trim() === ''}>
          Log in
        </Button>
      </Stack>
    </form>
  )
}

import { Button, CopyButton } from '@mantine/core'
import { Icon } from './icons.tsx'
import classes from './snippet.module.css'

/** Text to be copied as it is. */
export function Snippet({ code }: { readonly code: string }) {
  return (
    <div className={classes['snippet']}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the focus */}
      <pre tabIndex={0}>{code}</pre>
      <CopyButton value={code}>
        {({ copied, copy }) => (
          <Button
            size="compact-xs"
            variant="default"
            onClick={copy}
            leftSection={<Icon name={copied ? 'check' : 'copy'} size={13} />}
          >
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
    </div>
  )
}

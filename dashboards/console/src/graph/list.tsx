/** The picture as a list: what it says, for the keyboard and for who cannot see it. */
import { Text, UnstyledButton } from '@mantine/core'
import classes from './graph.module.css'
import { aboutNode, drawnEdges, type GraphNode, type GraphPicture } from './picture.ts'

interface ListProps {
  readonly picture: GraphPicture
  readonly label: string
  readonly selected: string | null
  readonly onSelect: (id: string | null) => void
  /** The one that has the pointer or the focus. */
  readonly onPoint: (id: string | null) => void
}

export function GraphList({ picture, label, selected, onSelect, onPoint }: ListProps) {
  const names = new Map(picture.nodes.map(({ id, name }) => [id, name]))
  const edges = drawnEdges(picture)
  const below = (node: GraphNode): readonly string[] =>
    edges
      .filter(({ from }) => from === node.id)
      .map(({ type, to }) => `${type.replaceAll('_', ' ')} ${names.get(to) ?? to}`)
  return (
    <ul className={classes['list']} aria-label={`${label}, as a list`}>
      {picture.nodes.map((node) => (
        <li key={node.id}>
          <UnstyledButton
            className={classes['entry'] ?? ''}
            aria-pressed={node.id === selected}
            data-state={node.state}
            onClick={() => onSelect(node.id)}
            onFocus={() => onPoint(node.id)}
            onBlur={() => onPoint(null)}
            onMouseEnter={() => onPoint(node.id)}
            onMouseLeave={() => onPoint(null)}
          >
            <Text span size="sm" fw={600}>
              {node.name}
            </Text>{' '}
            <Text span size="xs" c="dimmed">
              {[
                ...(node.mark === undefined ? [] : [node.mark]),
                ...aboutNode(node),
                ...below(node),
              ].join(' · ')}
            </Text>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  )
}

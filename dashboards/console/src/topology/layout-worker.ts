/** Lays a map out beside the page, which stays smooth. */
import type { TopologyMap } from '../api/schema.d.ts'
import { type LayoutPart, layOut } from './layout.ts'

self.onmessage = ({ data }: MessageEvent<Pick<TopologyMap, LayoutPart>>): void => {
  self.postMessage(layOut(data))
}

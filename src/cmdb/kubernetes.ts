/**
 * Kubernetes manifests (YAML, several documents to a file) and what `kubectl get … -o json` or
 * `-o yaml` prints. Objects do not say which cluster they are of: a file named
 * `<cluster>.k8s.yaml` (or `.json`) does.
 *
 * @see https://kubernetes.io/docs/reference/kubectl/
 */
import { z } from 'zod'
import { Collector } from './collect.ts'
import { readDocuments } from './documents.ts'
import type { FileImporter } from './importer.ts'
import { addObjects, type FoundObject } from './kubernetes-objects.ts'

const List = z.object({ kind: z.string().regex(/List$/), items: z.array(z.unknown()) })

export const kubernetes: FileImporter = {
  id: 'kubernetes',
  title: 'Kubernetes manifests and kubectl output',
  docs: 'https://kubernetes.io/docs/reference/kubectl/',
  read: (files) => {
    const collector = new Collector()
    const clusters = new Map<string | undefined, FoundObject[]>()
    for (const { where, file, value } of readDocuments(files, collector)) {
      const cluster = /([^/]+)\.k8s\.(?:json|ya?ml)$/.exec(file)?.[1]
      const objects = clusters.get(cluster) ?? []
      clusters.set(cluster, objects)
      objects.push(...objectsOf(where, value))
    }
    for (const [cluster, objects] of clusters) addObjects(objects, cluster, collector)
    return collector.finish()
  },
}

/** Objects of a list; those of `kubectl get --raw` leave their kind to the list's (`PodList`). */
function objectsOf(where: string, value: unknown): readonly FoundObject[] {
  const list = List.safeParse(value)
  if (!list.success) return [{ where, value }]
  const kind = list.data.kind.replace(/List$/, '')
  return list.data.items.map((item, index) => ({
    where: `${where} item ${index + 1}`,
    value: kind !== '' && typeof item === 'object' ? { kind, ...item } : item,
  }))
}

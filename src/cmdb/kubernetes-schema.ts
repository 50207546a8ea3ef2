/** Of Kubernetes objects, the fields that say what runs where and who needs whom. */
import { z } from 'zod'

const Names = z.record(z.string(), z.string()).nullish()

export const Meta = z.object({
  name: z.string().min(1),
  namespace: z.string().nullish(),
  labels: Names,
  annotations: Names,
  ownerReferences: z
    .array(z.object({ kind: z.string(), name: z.string(), controller: z.boolean().nullish() }))
    .nullish(),
})
export type Meta = z.output<typeof Meta>

export const Envelope = z.object({ kind: z.string().min(1), metadata: Meta })

const Volumes = z
  .array(z.object({ persistentVolumeClaim: z.object({ claimName: z.string() }).nullish() }))
  .nullish()

export type Volumes = z.output<typeof Volumes>

export const Pod = z.object({
  spec: z
    .object({
      nodeName: z.string().nullish(),
      hostNetwork: z.boolean().nullish(),
      volumes: Volumes,
    })
    .nullish(),
  status: z.object({ phase: z.string().nullish(), podIP: z.string().nullish() }).nullish(),
})

const Template = z
  .object({
    metadata: z.object({ labels: Names, annotations: Names }).nullish(),
    spec: z.object({ volumes: Volumes }).nullish(),
  })
  .nullish()

export const Workload = z.object({
  spec: z
    .object({
      template: Template,
      jobTemplate: z.object({ spec: z.object({ template: Template }).nullish() }).nullish(),
    })
    .nullish(),
})

export const Service = z.object({
  spec: z
    .object({
      selector: Names,
      clusterIP: z.string().nullish(),
      externalName: z.string().nullish(),
      externalIPs: z.array(z.string()).nullish(),
    })
    .nullish(),
  status: z
    .object({
      loadBalancer: z
        .object({
          ingress: z
            .array(z.object({ ip: z.string().nullish(), hostname: z.string().nullish() }))
            .nullish(),
        })
        .nullish(),
    })
    .nullish(),
})

const Backend = z
  .object({
    service: z.object({ name: z.string() }).nullish(),
    // extensions/v1beta1 and networking.k8s.io/v1beta1
    serviceName: z.string().nullish(),
  })
  .nullish()

export const Ingress = z.object({
  spec: z
    .object({
      defaultBackend: Backend,
      backend: Backend,
      rules: z
        .array(
          z.object({
            host: z.string().nullish(),
            http: z.object({ paths: z.array(z.object({ backend: Backend })).nullish() }).nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
})

export const Node = z.object({
  spec: z.object({ providerID: z.string().nullish() }).nullish(),
  status: z
    .object({ addresses: z.array(z.object({ type: z.string(), address: z.string() })).nullish() })
    .nullish(),
})

export const Claim = z.object({ spec: z.object({ volumeName: z.string().nullish() }).nullish() })

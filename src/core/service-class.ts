const SERVICE_CLASSES = new Set(['service', 'application', 'business_service', 'business-service'])

/** Whether people ask for CIs of this class by what they do for others: a service. */
export function isService(ciClass: string): boolean {
  return SERVICE_CLASSES.has(ciClass)
}

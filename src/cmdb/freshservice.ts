/**
 * Files of Freshservice: its lists as the API answers them (`{"assets": […]}`, one or several lists to
 * a file), and assets in CSV, whose columns are called like the fields.
 *
 * @see https://api.freshservice.com/#assets
 */
import { z } from 'zod'
import { compare } from '../core/topology.ts'
import { Collector } from './collect.ts'
import { readDocuments } from './documents.ts'
import { itemOf } from './found.ts'
import {
  addFreshservice,
  classOfTypes,
  FRESHSERVICE_LISTS,
  type FreshserviceObject,
} from './freshservice-objects.ts'
import type { FileImporter, ImportFile } from './importer.ts'
import { cell, type Row, readTable } from './table.ts'
import { criticalityOf, statusOf } from './words.ts'

export const freshservice: FileImporter = {
  id: 'freshservice',
  title: 'Freshservice JSON and CSV',
  docs: 'https://api.freshservice.com/#assets',
  read: (files) => {
    const collector = new Collector()
    const isJson = ({ text }: ImportFile): boolean => /^\s*[[{]/.test(text)
    const sorted = files
      .filter((file) => !isJson(file))
      .sort((a, b) => compare(a.name, b.name) || compare(a.text, b.text))
    for (const row of sorted.flatMap((file) => readTable(file, collector))) addRow(row, collector)
    addFreshservice(fromJson(files.filter(isJson), collector), collector)
    return collector.finish()
  },
}

const Answer = z.record(z.string(), z.array(z.unknown()))

function fromJson(
  files: readonly ImportFile[],
  collector: Collector,
): readonly FreshserviceObject[] {
  return readDocuments(files, collector).flatMap(({ where, value }) => {
    const answer = Answer.safeParse(value)
    const lists = FRESHSERVICE_LISTS.filter(
      (list) => answer.success && Object.hasOwn(answer.data, list),
    )
    if (!answer.success || lists.length === 0) {
      collector.bad({ where, error: 'is no list as the API answers it' })
      return []
    }
    return lists.flatMap((list) =>
      (answer.data[list] ?? []).map((one, index) => ({
        ...{ list, value: one },
        where: `${where} ${list} ${index + 1}`,
      })),
    )
  })
}

function addRow(row: Row, collector: Collector): void {
  const name = cell(row, 'display_name', 'name', 'asset_name')
  const type = cell(row, 'asset_type', 'ci_type', 'type')
  const id = cell(row, 'display_id', 'asset_id', 'id')
  const tag = cell(row, 'asset_tag')
  const impact = cell(row, 'impact')
  const state = cell(row, 'asset_state', 'state')
  const hostname = cell(row, 'hostname')
  const ciClass = classOfTypes(type === undefined ? [] : [type])
  collector.item(
    itemOf({
      key: id === undefined ? (tag ?? `${ciClass}:${name ?? ''}`) : `asset:${id}`,
      class: ciClass,
      name,
      aliases: [hostname, cell(row, 'computer_ip_address', 'ip_address')],
      labels: {
        type,
        asset_tag: tag,
        serial: cell(row, 'serial_number'),
        mac: cell(row, 'mac_address'),
        fqdn: hostname?.includes('.') === true ? hostname.toLowerCase() : undefined,
      },
      owner: cell(row, 'managed_by_group', 'group', 'department'),
      criticality: impact === undefined ? undefined : criticalityOf(impact),
      status: state === undefined ? undefined : statusOf(state),
    }),
    row.where,
  )
}

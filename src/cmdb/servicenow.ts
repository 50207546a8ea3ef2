/**
 * CSV exports of ServiceNow: any tables below `cmdb_ci`, and `cmdb_rel_ci`, told apart by their columns.
 * Headers may be column names or labels, cells stored or shown values.
 *
 * @see https://www.servicenow.com/docs/bundle/zurich-platform-administration/page/administer/exporting-data/concept/c_ExportData.html
 */
import { compare } from '../core/topology.ts'
import { Collector } from './collect.ts'
import type { FileImporter } from './importer.ts'
import { addServiceNow, type ServiceNowRow } from './servicenow-rows.ts'
import { cell, type Row, readTable } from './table.ts'

export const servicenow: FileImporter = {
  id: 'servicenow',
  title: 'ServiceNow CSV export',
  docs: 'https://www.servicenow.com/docs/bundle/zurich-platform-administration/page/administer/exporting-data/concept/c_ExportData.html',
  read: (files) => {
    const collector = new Collector()
    const rows = [...files]
      .sort((a, b) => compare(a.name, b.name) || compare(a.text, b.text))
      .flatMap((file) => readTable(file, collector))
    const isRelation = ({ cells }: Row): boolean =>
      ('parent' in cells || 'parent.sys_id' in cells) &&
      ('child' in cells || 'child.sys_id' in cells)
    addServiceNow(
      {
        items: rows.filter((row) => !isRelation(row)).map(toRow),
        relations: rows.filter(isRelation).map(toRow),
        strangers: 'each',
      },
      collector,
    )
    return collector.finish()
  },
}

/** A cell is the stored value or the shown one: which, only its reader can tell. */
function toRow(row: Row): ServiceNowRow {
  return {
    where: row.where,
    get: (...columns) => {
      const text = cell(row, ...columns)
      return text === undefined ? {} : { value: text }
    },
  }
}

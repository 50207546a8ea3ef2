/**
 * A page and an `entities.xml` of Confluence, written by hand: the HTML after pages of exports that people
 * published (`#title-text` as `<space> : <title>`, `#main-content`, `#labels-section`), the XML after
 * https://www.xwiki.org/xwiki/bin/view/documentation/extensions/admin/confluence/xml-format/
 */
export const HTML_PAGE = `<!DOCTYPE html>
<html><head><title>DevOps : Disk full</title><script>track()</script></head>
<body class="theme-default aui-theme-default"><div id="page"><div id="main" class="aui-page-panel">
<div id="main-header"><div id="breadcrumb-section"><ol id="breadcrumbs"><li class="first"><span>
<a href="index.html">DevOps</a></span></li></ol></div>
<h1 id="title-heading" class="pagetitle"><span id="title-text">
      DevOps : Disk full
</span></h1></div>
<div id="content" class="view"><div class="page-metadata">Created by <span class='author'> Sam</span></div>
<div id="main-content" class="wiki-content group"><h3 id="Diskfull-Look"><strong>Look first</strong></h3>
<p>1. On <code>host=db-1</code> see <code>df -h</code> &amp; <a href="javascript:alert(1)" onclick="x()">clear /var/log</a><br/></p>
<p>&lt;script&gt; is no tag here<script>alert(1)</script><img src="attachments/1/2.png" onerror="x()"></p>
<div class="table-wrap"><table class="wrapped confluenceTable"><tbody>
<tr><th class="confluenceTh">Volume</th><th class="confluenceTh">Grow by</th></tr>
<tr><td class="confluenceTd">data</td><td class="confluenceTd">10 GB</td></tr></tbody></table></div>
<pre><code>logrotate -f</code></pre>
</div>
<div class="pageSection group"><div id="labels-section" class="pageSection">
<a href="label/DEV/runbook">runbook</a> <a href="label/DEV/disk">disk</a></div></div>
</div></div></div></body></html>`

const page = (id: string, title: string, more: string): string => `
<object class="Page" package="com.atlassian.confluence.pages"><id name="id">${id}</id>
<property name="title"><![CDATA[${title}]]></property><property name="version">3</property>${more}
<collection name="bodyContents" class="java.util.Collection">
<element class="BodyContent" package="com.atlassian.confluence.core"><id name="id">5${id}</id></element>
</collection></object>`

const body = (id: string, text: string): string => `
<object class="BodyContent" package="com.atlassian.confluence.core"><id name="id">5${id}</id>
<property name="body"><![CDATA[${text.replaceAll(']]>', ']] >')}]]></property>
<property name="content" class="Page" package="com.atlassian.confluence.pages"><id name="id">${id}</id></property>
<property name="bodyType">2</property></object>`

const label = (id: string, name: string): string => `
<object class="Label" package="com.atlassian.confluence.labels"><id name="id">${id}</id>
<property name="name"><![CDATA[${name}]]></property></object>
<object class="Labelling" package="com.atlassian.confluence.labels"><id name="id">9${id}</id>
<property name="label" class="Label" package="com.atlassian.confluence.labels"><id name="id">${id}</id></property>
<property name="content" class="Page" package="com.atlassian.confluence.pages"><id name="id">98</id></property></object>`

const TEXT = `<p>Add consumers, see <ac:link><ri:page ri:content-title="Capacity plan" /></ac:link>.</p>
<ac:structured-macro ac:name="toc"><ac:parameter ac:name="maxLevel">2</ac:parameter></ac:structured-macro>
<ac:structured-macro ac:name="code" ac:schema-version="1"><ac:parameter ac:name="language">bash</ac:parameter>
<ac:plain-text-body><![CDATA[kubectl scale deploy/worker --replicas=8
if [[ $n -gt 1 ]]; then echo "<ok>"; fi]]></ac:plain-text-body></ac:structured-macro>
<ac:structured-macro ac:name="warning"><ac:rich-text-body><p>Never purge it.</p></ac:rich-text-body></ac:structured-macro>
<p><ac:image><ri:attachment ri:filename="x.png" /></ac:image><script>alert(1)</script></p>`

const CURRENT = '<property name="contentStatus"><![CDATA[current]]></property>'
const OLD = `${CURRENT}<property name="originalVersion" class="Page" package="com.atlassian.confluence.pages">
<id name="id">98</id></property>`

export const ENTITIES = `<?xml version="1.0" encoding="UTF-8"?>
<hibernate-generic datetime="2026-05-01 10:00:00">
<object class="Space" package="com.atlassian.confluence.spaces"><id name="id">1</id>
<property name="key"><![CDATA[OPS]]></property></object>
${page('98', 'Queue grows', CURRENT)}${body('98', TEXT)}
${page('97', 'Queue grows', OLD)}${body('97', '<p>old</p>')}
${page('96', 'Draft', '<property name="contentStatus"><![CDATA[draft]]></property>')}${body('96', '<p>x</p>')}
${label('11', 'runbook')}${label('12', 'mq')}
</hibernate-generic>
`

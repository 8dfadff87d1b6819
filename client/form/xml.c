#include "form/xml.h"

#include "form/workbook.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

/* Between a namespace and a name: in neither of them. */
#define BETWEEN '\n'
/* Markup that expat has seen no end of is read again with every piece: so it must not grow for ever. */
#define UNENDED_MAX ((size_t)1 << 20)

static const struct {
	const char *uri;
	enum rk_xml_space space;
} spaces[] = {
	{RK_SHEET_MAIN,							       RK_XML_SHEET     },
	{RK_SHEET_STRICT,							     RK_XML_SHEET     },
	{"http://schemas.openxmlformats.org/officeDocument/2006/relationships",       RK_XML_OFFICE    },
	{"http://purl.oclc.org/ooxml/officeDocument/relationships",                   RK_XML_OFFICE    },
	{"http://schemas.openxmlformats.org/package/2006/relationships",              RK_XML_PACKAGE   },
	{"http://schemas.openxmlformats.org/package/2006/content-types",              RK_XML_TYPES     },
	{"http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
         RK_XML_PROPERTIES									     },
	{"http://purl.org/dc/elements/1.1/",                                          RK_XML_PROPERTIES},
	{"http://purl.org/dc/terms/",						 RK_XML_PROPERTIES},
	{"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties",
         RK_XML_PROPERTIES									     },
	{"http://purl.oclc.org/ooxml/officeDocument/extendedProperties",              RK_XML_PROPERTIES},
	{"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties",
         RK_XML_PROPERTIES									     },
	{"http://purl.oclc.org/ooxml/officeDocument/customProperties",                RK_XML_PROPERTIES},
	{"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes",      RK_XML_VARIANT   },
	{"http://purl.oclc.org/ooxml/officeDocument/docPropsVTypes",                  RK_XML_VARIANT   },
};

struct rk_xml {
	XML_Parser parser;
	const struct rk_xml_listener *listener;
	const char *what;
	size_t fed, depth;
	struct rk_err err; /* of a callback, told when expat has come back */
};

static enum rk_xml_space space_of(const char *name, const char **local)
{
	const char *between = strrchr(name, BETWEEN);

	if (!between) {
		*local = name;
		return RK_XML_NONE;
	}
	*local = between + 1;
	for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++) {
		size_t len = strlen(spaces[i].uri);

		if (len == (size_t)(between - name) && memcmp(spaces[i].uri, name, len) == 0)
			return spaces[i].space;
	}
	return RK_XML_OTHER;
}

/* Callbacks may still come for what expat has in hand: they are not passed on. */
static bool has_failed(struct rk_xml *xml, enum rk_status status)
{
	if (status == RK_OK)
		return false;
	xml->err.status = status;
	(void)XML_StopParser(xml->parser, XML_FALSE);
	return true;
}

static void XMLCALL on_start(void *arg, const XML_Char *name, const XML_Char **attributes)
{
	struct rk_xml *xml = arg;
	struct rk_xml_element element = {.attributes = attributes};

	if (xml->err.status != RK_OK)
		return;
	if (++xml->depth > RK_WORKBOOK_DEPTH_MAX) {
		unsigned long line = XML_GetCurrentLineNumber(xml->parser);

		(void)has_failed(xml,
			rk_err_values(&xml->err,
				rk_fail_reason(&xml->err, RK_INVALID_ARGUMENT, "WORKBOOK_TOO_DEEP",
					"%s: elements are nested deeper than %d, at line %lu",
					xml->what, RK_WORKBOOK_DEPTH_MAX, line),
				"limit=%d\nline=%lu", RK_WORKBOOK_DEPTH_MAX, line));
		return;
	}
	element.space = space_of(name, &element.name);
	(void)has_failed(xml, xml->listener->on_start(xml->listener->arg, &element, &xml->err));
}

static void XMLCALL on_end(void *arg, const XML_Char *name)
{
	struct rk_xml *xml = arg;
	struct rk_xml_element element = {0};

	if (xml->err.status != RK_OK)
		return;
	xml->depth--;
	element.space = space_of(name, &element.name);
	(void)has_failed(xml, xml->listener->on_end(xml->listener->arg, &element, &xml->err));
}

static void XMLCALL on_text(void *arg, const XML_Char *text, int len)
{
	struct rk_xml *xml = arg;

	if (xml->err.status != RK_OK || !xml->listener->on_text)
		return;
	(void)has_failed(xml,
		xml->listener->on_text(
			xml->listener->arg, rk_slice_of(text, (size_t)len), &xml->err));
}

static void XMLCALL on_doctype(void *arg, const XML_Char *name, const XML_Char *system,
	const XML_Char *public, int internal)
{
	struct rk_xml *xml = arg;

	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	(void)has_failed(xml,
		rk_fail_reason(&xml->err, RK_INVALID_ARGUMENT, "WORKBOOK_DOCTYPE",
			"%s: has a document type, which no workbook has", xml->what));
}

struct rk_xml *rk_xml_create(const struct rk_xml_listener *listener, const char *what)
{
	struct rk_xml *xml = calloc(1, sizeof *xml);

	if (!xml)
		return NULL;
	*xml = (struct rk_xml){.listener = listener, .what = what};
	xml->parser = XML_ParserCreateNS(NULL, BETWEEN);
	if (!xml->parser) {
		rk_xml_free(&xml);
		return NULL;
	}
	XML_SetUserData(xml->parser, xml);
	XML_SetElementHandler(xml->parser, on_start, on_end);
	XML_SetCharacterDataHandler(xml->parser, on_text);
	XML_SetStartDoctypeDeclHandler(xml->parser, on_doctype);
	return xml;
}

void rk_xml_free(struct rk_xml **xml)
{
	if (!*xml)
		return;
	if ((*xml)->parser)
		XML_ParserFree((*xml)->parser);
	free(*xml);
	*xml = NULL;
}

size_t rk_xml_offset(const struct rk_xml *xml)
{
	XML_Index at = XML_GetCurrentByteIndex(xml->parser);

	return at > 0 ? (size_t)at : 0;
}

static enum rk_status failed(const struct rk_xml *xml, struct rk_err *err)
{
	enum XML_Error error = XML_GetErrorCode(xml->parser);

	if (xml->err.status != RK_OK) {
		*err = xml->err;
		return err->status;
	}
	if (error == XML_ERROR_NO_MEMORY)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", xml->what);
	unsigned long line = XML_GetCurrentLineNumber(xml->parser),
		      column = XML_GetCurrentColumnNumber(xml->parser);

	return rk_err_values(err,
		rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_BROKEN",
			"%s: no XML at line %lu, column %lu: %s", xml->what, line, column,
			XML_ErrorString(error)),
		"line=%lu\ncolumn=%lu", line, column);
}

static enum rk_status markup_too_large(const struct rk_xml *xml, struct rk_err *err)
{
	unsigned long line = XML_GetCurrentLineNumber(xml->parser);

	return rk_err_values(err,
		rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_BROKEN",
			"%s: a single piece of markup is larger than %zu bytes, at line %lu",
			xml->what, UNENDED_MAX, line),
		"limit=%zu\nmarkup_line=%lu", UNENDED_MAX, line);
}

enum rk_status rk_xml_feed(struct rk_xml *xml, struct rk_slice bytes, bool last, struct rk_err *err)
{
	if (XML_Parse(xml->parser, (const char *)bytes.at, (int)bytes.len, last) != XML_STATUS_OK)
		return failed(xml, err);
	xml->fed += bytes.len;
	if (xml->fed - rk_xml_offset(xml) > UNENDED_MAX)
		return markup_too_large(xml, err);
	return RK_OK;
}

bool rk_xml_is(const struct rk_xml_element *element, enum rk_xml_space space, const char *name)
{
	return element->space == space && strcmp(element->name, name) == 0;
}

const char *rk_xml_attribute(
	const struct rk_xml_element *element, enum rk_xml_space space, const char *name)
{
	for (const char *const *at = element->attributes; at && at[0]; at += 2) {
		const char *local;

		if (space_of(at[0], &local) == space && strcmp(local, name) == 0)
			return at[1];
	}
	return NULL;
}

bool rk_xml_flag(const struct rk_xml_element *element, const char *name)
{
	const char *value = rk_xml_attribute(element, RK_XML_NONE, name);

	return value && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

/* xml.h - the XML of a workbook's parts, as a walk of elements (over expat).
 *
 * There is no document type and so no entity but the five of XML; elements lie at most RK_WORKBOOK_DEPTH_MAX deep; no single piece
 * of markup is larger than a cell can hold.  Bytes in, callbacks out.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

/* SpreadsheetML's own names, transitional and strict. */
#define RK_SHEET_MAIN   "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define RK_SHEET_STRICT "http://purl.oclc.org/ooxml/spreadsheetml/main"

/* Namespaces as far as a workbook's reader has to tell them apart; transitional and strict are the same. */
enum rk_xml_space {
	RK_XML_OTHER, /* of nobody we know: may be passed over */
	RK_XML_NONE,
	RK_XML_SHEET,      /* SpreadsheetML */
	RK_XML_OFFICE,     /* relationships out of a document: r:id */
	RK_XML_PACKAGE,    /* the relationships themselves */
	RK_XML_TYPES,      /* [Content_Types].xml */
	RK_XML_PROPERTIES, /* of the document: core, extended, custom */
	RK_XML_VARIANT,    /* a custom property's value */
};

struct rk_xml_element {
	enum rk_xml_space space;
	const char *name;              /* without its namespace */
	const char *const *attributes; /* of rk_xml_attribute; NULL at the element's end */
};

/* What a callback returns other than RK_OK ends the walk and is its result. */
struct rk_xml_listener {
	void *arg;
	enum rk_status (*on_start)(
		void *arg, const struct rk_xml_element *element, struct rk_err *err);
	enum rk_status (*on_end)(
		void *arg, const struct rk_xml_element *element, struct rk_err *err);
	/* In any number of pieces, cut between bytes; may be NULL. */
	enum rk_status (*on_text)(void *arg, struct rk_slice text, struct rk_err *err);
};

struct rk_xml;

/* NULL without memory.  what names the part in every sentence ("form.xlsx: xl/workbook.xml"); it and the listener are borrowed. */
struct rk_xml *rk_xml_create(const struct rk_xml_listener *listener, const char *what);
/* rk_xml_feed takes the next bytes of the part; last with the final ones, of which there may be none.
 * Errors: RK_INVALID_ARGUMENT WORKBOOK_DOCTYPE, WORKBOOK_TOO_DEEP, WORKBOOK_BROKEN (with line and column); RK_RESOURCE_EXHAUSTED; the listener's. */
RK_MUST_USE enum rk_status rk_xml_feed(
	struct rk_xml *xml, struct rk_slice bytes, bool last, struct rk_err *err);
void rk_xml_free(struct rk_xml **xml);
/* How many bytes lie before the element or text that is being told. */
size_t rk_xml_offset(const struct rk_xml *xml);

bool rk_xml_is(const struct rk_xml_element *element, enum rk_xml_space space, const char *name);
/* The value of an attribute, NULL when it is not there; most have RK_XML_NONE. */
const char *rk_xml_attribute(
	const struct rk_xml_element *element, enum rk_xml_space space, const char *name);
/* Whether an attribute says "1" or "true". */
bool rk_xml_flag(const struct rk_xml_element *element, const char *name);

/* richtext.h - the text of a cell out of its XML: runs joined, furigana left out, escapes undone. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "form/xml.h"

#include <stdbool.h>

/* A text being gathered between the start and the end of <si> or <is>; {0} is an empty one. */
struct rk_richtext {
	struct rk_buf text;
	unsigned phonetic; /* how many <rPh> are open */
	bool within;       /* of a <t> */
};

/* What is no part of a text is passed over.  RK_RESOURCE_EXHAUSTED: over text.max, or no memory. */
void rk_richtext_start(struct rk_richtext *rich, const struct rk_xml_element *element);
void rk_richtext_end(struct rk_richtext *rich, const struct rk_xml_element *element);
RK_MUST_USE enum rk_status rk_richtext_add(struct rk_richtext *rich, struct rk_slice text);

/* rk_richtext_plain undoes "_x000D_" (ST_Xstring) and makes line ends LF, in place.  A half of a pair of surrogates and a NUL stay as
 * they are written, and so does "_x005F_x000D_", which is "_x000D_". */
void rk_richtext_plain(struct rk_buf *text);
/* The second half of it alone. */
void rk_richtext_line_ends(struct rk_buf *text);

/* What happens when there is no memory left for JSON. jansson leaves out what it has no room for,
 * and a result would lack it without a word. */
#ifndef GF_APP_JSON_MEMORY_H
#define GF_APP_JSON_MEMORY_H

/* A sentence, and the end of the process. */
void gf_json_memory_or_end(void);
/* While a half file is open, which the end would leave behind: messages fail one by one. */
void gf_json_memory_or_null(void);

#endif

/* The list of words that the view hands to the user interface. */
#include "view/scene.h"

void gf_label_add(gf_label_list *list, gf_label label)
{
    if (list->count < GF_LABELS_MAX) list->labels[list->count++] = label;
}

/* What the X server complains of is told and lived with; Xlib by itself would end the process. */
#ifndef GF_VIEW_COMPLAINTS_H
#define GF_VIEW_COMPLAINTS_H

/* After the GLFW window was made: while it makes one, GLFW puts Xlib's own handlers back. Does
 * nothing where windows are not X11's. */
void gf_complaints_begin(void);
/* While the window is closed nothing is told: it may be gone already. */
void gf_complaints_end(void);

#endif

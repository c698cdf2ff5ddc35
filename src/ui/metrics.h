/* The measures of the picture in design pixels, as at a height of 1080. */
#ifndef GF_UI_METRICS_H
#define GF_UI_METRICS_H

#define GF_TEXT_SMALL   15.0f
#define GF_TEXT_BODY    18.0f
#define GF_TEXT_VALUE   23.0f
#define GF_TEXT_TITLE   29.0f
#define GF_TEXT_VERDICT 33.0f

#define GF_MARGIN      15.0f /* between the window's edge and a panel */
#define GF_GAP         18.0f /* between two panels */
#define GF_PADDING     16.0f /* inside a panel */
#define GF_HEAD_HEIGHT 70.0f
#define GF_RADIUS      10.0f
#define GF_HEADING     34.0f /* height of a section's title */
#define GF_ROW         40.0f /* height of a control */
#define GF_CARD        47.0f /* height of a scenario's card, without the gap */
#define GF_CARD_GAP    6.0f

#endif

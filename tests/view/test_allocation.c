/* A frame allocates nothing once buffers have grown: malloc and its like are replaced by ones that
 * count what this program's own code asks for. Drivers and libraries are shared objects and are not
 * counted. */
#include <stdlib.h>

#include "support/picture.h"
#include "support/test.h"
#include "view/context.h"
#include "view/palette.h"
#include "view/timeline.h"

#if defined(__SANITIZE_ADDRESS__) || !defined(__GLIBC__)
#define COUNTABLE 0 /* the sanitizer has its own malloc */
#else
#define COUNTABLE 1

extern void *__libc_malloc(size_t bytes);
extern void *__libc_calloc(size_t count, size_t bytes);
extern void *__libc_realloc(void *old, size_t bytes);
extern const char __executable_start[], etext[];

static long own_calls;

static void count(const void *caller)
{
    const char *at = caller;
    own_calls += at >= __executable_start && at < etext;
}

void *malloc(size_t bytes)
{
    count(__builtin_return_address(0));
    return __libc_malloc(bytes);
}

void *calloc(size_t number, size_t bytes)
{
    count(__builtin_return_address(0));
    return __libc_calloc(number, bytes);
}

void *realloc(void *old, size_t bytes)
{
    count(__builtin_return_address(0));
    return __libc_realloc(old, bytes);
}
#endif

#define WIDTH  960
#define HEIGHT 900

typedef struct stage_of {
    gf_context *context;
    gf_view *view;
    gf_scene scene;
    gf_timeline timeline;
} stage_of;

static void draw_frames(stage_of *self, int frames)
{
    static gf_label_list labels;
    for (int i = 0; i < frames; i++) {
        gf_timeline_advance(&self->timeline, 0.05, 1);
        self->scene.front = (float)gf_timeline_front(&self->timeline);
        self->scene.forward = (float)gf_timeline_forward(&self->timeline);
        self->scene.hover_layer = i % 20;
        self->scene.angle.yaw += 0.002f;
        labels.count = 0;
        gf_context_begin(self->context);
        gf_view_begin(self->view, WIDTH, HEIGHT, self->scene.theme);
        gf_view_stage(self->view, &self->scene, gf_test_half(true, WIDTH, HEIGHT), &labels);
        gf_view_chart(self->view, &self->scene, gf_test_half(false, WIDTH, HEIGHT), &labels);
        gf_view_end(self->view);
        gf_context_end(self->context);
    }
}

static long calls(void)
{
#if COUNTABLE
    return own_calls;
#else
    return 0;
#endif
}

/* Two rounds of a scene: whatever the first needed, the second has. */
static void check(stage_of *self, const char *name)
{
    self->timeline.has_forward = true;
    for (int round = 0; round < 2; round++) {
        const long before = calls();
        gf_timeline_reset(&self->timeline, self->scene.run->spec.depth);
        draw_frames(self, 40);
        if (round == 1 && calls() != before)
            fail_msg("%s: %ld allocations in 40 frames", name, calls() - before);
    }
}

static void check_run(stage_of *self, int32_t depth)
{
    gf_run run = {0};
    gf_test_made_run(depth, 12, 0.0, 30.0 / depth, &run);
    const gf_edges edges = {0};
    self->scene = gf_test_scene(&run, 1.0);
    self->scene.spread = true;
    check(self, "all layers");
    self->scene.visible = (gf_layer_span){1.5, 0.4 * depth + 4.0};
    check(self, "some layers");
    self->scene.visible = (gf_layer_span){0};
    self->scene.edges = &edges;
    self->scene.other = &run;
    check(self, "edges and a second curve");
    self->scene.perspective = true;
    check(self, "perspective");
    gf_run_destroy(&run);
}

static void frames_allocate_nothing(void **state)
{
    (void)state;
    gf_error error = {0};
    stage_of self = {0};
    if (!COUNTABLE || gf_context_open_offscreen(WIDTH, HEIGHT, &self.context, &error) != GF_OK)
        skip();
    const long before = calls();
    if (gf_view_create(&self.view, &error) != GF_OK) fail_msg("%s", error.text);
    assert_true(calls() > before); /* the counter counts */
    const int32_t depths[] = {8, 24, 3000};
    for (int i = 0; i < 3; i++)
        check_run(&self, depths[i]);
    gf_view_destroy(self.view);
    gf_context_destroy(self.context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(frames_allocate_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A step that has been taken before takes nothing new: no memory, no text, no look at the
 * environment, on any device and in no time that would have to be measured. The linker gives this
 * program its own malloc and the like (--wrap in CMakeLists.txt), in front of the real ones and for
 * our code only: what a driver does behind its calls is not counted. */
#include <stdlib.h>

#include "compute/compute.h"
#include "support/pass.h"
#include "support/test.h"

#define STEPS 5
#define ROWS  128

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *old, size_t bytes);
char *__real_getenv(const char *name);
int __real_vsnprintf(char *text, size_t size, const char *format, va_list arguments);

void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *old, size_t bytes);
char *__wrap_getenv(const char *name);
int __wrap_vsnprintf(char *text, size_t size, const char *format, va_list arguments);
int __wrap_snprintf(char *text, size_t size, const char *format, ...);

static int32_t allocations, texts;

void *__wrap_malloc(size_t bytes)
{
    allocations++;
    return __real_malloc(bytes);
}

void *__wrap_calloc(size_t count, size_t bytes)
{
    allocations++;
    return __real_calloc(count, bytes);
}

void *__wrap_realloc(void *old, size_t bytes)
{
    allocations++;
    return __real_realloc(old, bytes);
}

char *__wrap_getenv(const char *name)
{
    texts++;
    return __real_getenv(name);
}

int __wrap_vsnprintf(char *text, size_t size, const char *format, va_list arguments)
{
    texts++;
    return __real_vsnprintf(text, size, format, arguments);
}

int __wrap_snprintf(char *text, size_t size, const char *format, ...)
{
    va_list arguments;
    texts++;
    va_start(arguments, format);
    const int length = __real_vsnprintf(text, size, format, arguments);
    va_end(arguments);
    return length;
}

static gf_status step(gf_backend *backend, const gf_plan *plan, gf_layer_record *records,
                      gf_cell *cells, gf_error *error)
{
    const gf_backend_ops *ops = backend->ops;
    gf_scaled loss;
    for (int32_t segment = 0; segment < plan->segment_count; segment++)
        GF_TRY(ops->forward(backend, gf_plan_segment_first(plan, segment),
                            gf_plan_segment_layers(plan, segment), error));
    GF_TRY(ops->loss(backend, &loss, error));
    for (int32_t segment = plan->segment_count - 1; segment >= 0; segment--) {
        const int32_t first = gf_plan_segment_first(plan, segment),
                      count = gf_plan_segment_layers(plan, segment);
        GF_TRY(ops->backward(backend, first, count, error));
        GF_TRY(ops->records(backend, first, count, ROWS, records, cells, error));
    }
    return GF_OK;
}

static void check_network(gf_backend *backend, const gf_device *device, const gf_spec *spec)
{
    gf_plan plan;
    gf_error error = {0};
    assert_int_equal(gf_plan_create(spec, device, &plan, &error), GF_OK);
    const size_t layers = (size_t)plan.layers_per_segment;
    gf_layer_record *records = calloc(layers, sizeof *records);
    gf_cell *cells = calloc(layers * ROWS, sizeof *cells);
    gf_status status = backend->ops->prepare(backend, &plan, &error);
    if (status == GF_OK) status = step(backend, &plan, records, cells, &error);
    allocations = texts = 0;
    for (int i = 0; i < STEPS && status == GF_OK; i++)
        status = step(backend, &plan, records, cells, &error);
    const int32_t allocated = allocations, written = texts;
    free(records);
    free(cells);
    if (status != GF_OK) fail_msg("%s: %s", device->id, error.text);
    if (allocated > 0 || written > 0)
        fail_msg("%s, %d layers of %d: %d allocations and %d texts in %d steps", device->id,
                 spec->depth, spec->width, allocated, written, STEPS);
}

/* A short one, a deep one in several segments, one whose numbers have to be rescaled, a wide one.
 */
static void check_device(gf_backend *backend, const gf_device *device)
{
    static const struct {
        int32_t depth, width, batch;
        gf_init init;
    } cases[] = {{10, 64, 32, GF_INIT_HE_NORMAL},
                 {300, 32, 64, GF_INIT_HE_NORMAL},
                 {40, 48, 40, GF_INIT_NORMAL},
                 {3, 300, 70, GF_INIT_HE_NORMAL}};
    if (strcmp(device->id, "reference") == 0) return; /* the oracle may do as it likes */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gf_spec spec = gf_spec_default();
        spec.depth = cases[i].depth;
        spec.width = cases[i].width;
        spec.batch = cases[i].batch;
        spec.init = cases[i].init;
        spec.activation = GF_ACTIVATION_RELU;
        check_network(backend, device, &spec);
    }
}

static void steps_take_no_memory_and_no_text(void **state)
{
    (void)state;
    gf_test_each_device(check_device);
}

/* The counters count. */
static void counters_count(void **state)
{
    (void)state;
    char text[20];
    allocations = texts = 0;
    void *volatile kept = malloc(8); /* or the compiler does without */
    free(kept);
    snprintf(text, sizeof text, "%d", allocations);
    assert_int_equal(allocations, 1);
    assert_int_equal(texts, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counters_count),
        cmocka_unit_test(steps_take_no_memory_and_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* An array arrives in chunks, each in its place; anything else is refused. */
#include "engine/tensor.h"

#include "support/test.h"

static gf_status hear(gf_tensor_request *request, json_t *head, const void *payload, size_t bytes)
{
    gf_message message = {.head = head, .type = "tensor", .payload = payload};
    message.payload_bytes = bytes;
    assert_non_null(head);
    const gf_status status = gf_tensor_hear(request, &message, NULL);
    json_decref(head);
    return status;
}

static json_t *head_of(json_int_t offset, json_int_t total)
{
    return json_pack("{s:i, s:I, s:I}", "exponent", -7, "offset", offset, "total", total);
}

static void chunks_become_the_array(void **state)
{
    (void)state;
    const float chunk[3] = {1.0f, 2.0f, 3.0f};
    float out[3] = {0};
    gf_tensor_request request = {.out = out, .count = 3};
    assert_int_equal(hear(&request, head_of(0, 3), chunk, 8), GF_OK);
    assert_false(request.complete);
    assert_int_equal(hear(&request, head_of(2, 3), NULL, 0), GF_OK); /* nothing, in its place */
    assert_false(request.complete);
    assert_int_equal(hear(&request, head_of(2, 3), &chunk[2], 4), GF_OK);
    assert_true(request.complete);
    assert_memory_equal(out, chunk, sizeof out);
    assert_int_equal(request.exponent, -7);
}

static void what_was_not_asked_for_is_refused(void **state)
{
    (void)state;
    const float chunk[3] = {1.0f, 2.0f, 3.0f};
    float out[2] = {0};
    gf_tensor_request request = {.out = out, .count = 2};
    assert_int_equal(hear(NULL, head_of(0, 2), chunk, 8), GF_PROTOCOL);
    assert_int_equal(hear(&request, json_object(), chunk, 8), GF_PROTOCOL);
    assert_int_equal(hear(&request, head_of(0, 3), chunk, 8), GF_PROTOCOL);
    assert_int_equal(hear(&request, head_of(1, 2), chunk, 4), GF_PROTOCOL);
    assert_int_equal(hear(&request, head_of(-1, 2), chunk, 4), GF_PROTOCOL);
    assert_int_equal(hear(&request, head_of(0, 2), chunk, 12), GF_PROTOCOL);
    assert_int_equal(hear(&request, head_of(0, 2), chunk, 7), GF_PROTOCOL);
    assert_int_equal(request.received, 0);
    assert_true(out[0] == 0.0f && out[1] == 0.0f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chunks_become_the_array),
        cmocka_unit_test(what_was_not_asked_for_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Compiling and linking, with the driver's words in the sentence when it refuses. */
#include "view/program.h"

#include <stdio.h>

#include "base/asset.h"

static gf_status compile(const char *name, const char *stage, GLenum kind, GLuint *out,
                         gf_error *error)
{
    char file[64];
    snprintf(file, sizeof file, "%s.%s.glsl", name, stage);
    const gf_asset *asset = gf_asset_find("shaders", file);
    if (!asset) return gf_fail(error, GF_UNAVAILABLE, "shader %s is not in this program", file);
    const GLuint shader = glCreateShader(kind);
    const GLchar *source = (const GLchar *)asset->bytes;
    glShaderSource(shader, 1, &source, NULL);
    glCompileShader(shader);
    GLint done = GL_FALSE;
    glGetShaderiv(shader, GL_COMPILE_STATUS, &done);
    if (!done) {
        char log[300] = "";
        glGetShaderInfoLog(shader, sizeof log, NULL, log);
        glDeleteShader(shader);
        return gf_fail(error, GF_DEVICE, "shader %s does not compile: %s", file, log);
    }
    *out = shader;
    return GF_OK;
}

static gf_status link_program(const char *name, GLuint vertex, GLuint fragment, GLuint *out,
                              gf_error *error)
{
    const GLuint program = glCreateProgram();
    glAttachShader(program, vertex);
    glAttachShader(program, fragment);
    glLinkProgram(program);
    GLint done = GL_FALSE;
    glGetProgramiv(program, GL_LINK_STATUS, &done);
    if (!done) {
        char log[300] = "";
        glGetProgramInfoLog(program, sizeof log, NULL, log);
        glDeleteProgram(program);
        return gf_fail(error, GF_DEVICE, "shader program %s does not link: %s", name, log);
    }
    *out = program;
    return GF_OK;
}

gf_status gf_program_create(const char *name, GLuint *out, gf_error *error)
{
    GLuint vertex = 0, fragment = 0;
    GF_TRY(compile(name, "vert", GL_VERTEX_SHADER, &vertex, error));
    gf_status status = compile(name, "frag", GL_FRAGMENT_SHADER, &fragment, error);
    if (status == GF_OK) status = link_program(name, vertex, fragment, out, error);
    glDeleteShader(vertex); /* a linked program keeps what it needs */
    if (fragment) glDeleteShader(fragment);
    return status;
}

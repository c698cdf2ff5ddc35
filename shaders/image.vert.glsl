#version 330 core
// One rectangle with a picture on it, corner by corner from gl_VertexID.
uniform vec4 rect; // x, y, width, height in pixels from the top left
uniform vec2 size;
out vec2 place;

void main()
{
    place = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    vec2 position = rect.xy + place * rect.zw;
    gl_Position = vec4(position.x / size.x * 2.0 - 1.0, 1.0 - position.y / size.y * 2.0, 0.0, 1.0);
}

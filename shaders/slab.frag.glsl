#version 330 core
// The picture, darker where a face looks away from the light. The last pixel before the rim of a
// face fades: faces are drawn from the far to the near, so what is behind shows through it.
in vec2 spot, inside;
in float shade;
uniform sampler2D image;
out vec4 pixel;

void main()
{
    vec2 rim = min(inside, 1.0 - inside) / max(fwidth(inside), 1e-6);
    float cover = clamp(min(rim.x, rim.y) + 0.35, 0.0, 1.0);
    pixel = vec4(texture(image, spot).rgb * shade, 1.0) * cover;
}

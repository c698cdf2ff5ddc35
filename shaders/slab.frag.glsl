#version 330 core
// The picture, darker where a face looks away from the light.
in vec2 spot;
in float shade;
uniform sampler2D image;
out vec4 pixel;

void main() { pixel = vec4(texture(image, spot).rgb * shade, 1.0); }

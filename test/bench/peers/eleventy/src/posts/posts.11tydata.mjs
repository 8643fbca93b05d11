export default {
  layout: 'post.liquid',
  permalink: (data) => `/posts/${data.page.fileSlug}/index.html`,
}

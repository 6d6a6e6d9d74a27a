import { expect, test } from 'vitest'
import { plainText } from './plain-text.ts'

test.each([
  ['one<br />two<BR>three', 'one\ntwo\nthree'],
  ['<ul><li>first</li><li>second &amp; last</li></ul>', '- first\n- second & last'],
  ['<p class="x">a</p><p>b</p>', 'a\nb'],
  ['20&deg;C &#8364;5 &#x41; &unknown;', '20°C €5 A &unknown;'],
  ['<script>alert("<b>")</script>safe<style>p{}</style>', 'safe'],
  ['needs < 5 W and a<b, b>c', 'needs < 5 W and a<b, b>c'],
  ['&lt;b&gt; is a tag', '<b> is a tag'],
  ['&#0;&#xD800;', ''],
])('%s', (html, text) => {
  expect(plainText(html)).toBe(text)
})

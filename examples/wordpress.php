<?php
/**
 * Plugin Name: Pullquote under every post
 * Description: Readers ask about the post; every answer is quoted from an article. License: Apache-2.0.
 *
 * Put this file into wp-content/plugins/, and set both constants in wp-config.php:
 *   define( 'PULLQUOTE_SERVER', 'https://ask.example' );
 *   define( 'PULLQUOTE_PAGE_KEY', 'pk_…' );   // a key for pages, bound to this site's origin; it is no secret
 */

if ( ! defined( 'ABSPATH' ) || ! defined( 'PULLQUOTE_SERVER' ) ) {
	return;
}

add_filter( 'the_content', function ( $content ) {
	if ( ! is_singular( 'post' ) || ! in_the_loop() || ! is_main_query() ) {
		return $content;
	}
	return $content . sprintf(
		'<script type="module" src="%s"></script><pullquote-ask url="%s" key="%s" lang="%s"></pullquote-ask>',
		esc_url( PULLQUOTE_SERVER . '/widget.js' ),
		esc_url( get_permalink() ),
		esc_attr( defined( 'PULLQUOTE_PAGE_KEY' ) ? PULLQUOTE_PAGE_KEY : '' ),
		esc_attr( get_bloginfo( 'language' ) )
	);
} );
